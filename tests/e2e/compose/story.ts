// npm run test:compose: two people talk over the images of docker-compose.yml, while their gateway is restarted and killed.
// The images must be there: docker compose build.
import assert from 'node:assert/strict'
import { say, step } from '../../../scripts/toolchain/say.mjs'
import { composedStack, type ComposedStack } from './composed-stack.ts'
import { startConversation, type Conversation } from './conversation.ts'

/** Three seconds of talk. */
const A_WHILE = 12
/** Far below the grace of docker-compose.yml, after which Docker kills. */
const STOP_WITHIN_MS = 20_000
const SERVICES = ['api', 'websocket', 'worker']

const stack = await composedStack()
const remove = () => stack.compose('down', '--volumes', '--timeout', '5')
process.once('SIGINT', () => void remove().finally(() => process.exit(130)))
try {
  await step('From nothing to healthy', () => stack.compose('up', '--detach', '--wait', '--no-build'))
  const conversation = await step('Two people register, one invites, the other accepts', () => startConversation(stack))
  await step('One sends a picture, the other sees it', () => conversation.showPicture())
  await step('They talk', () => conversation.talk((beat) => beat >= A_WHILE))
  await step('They talk while the gateway is restarted', () => talkDuring(conversation, () => stack.compose('restart', 'websocket')))
  await step('They talk while the gateway is killed and started', () => talkDuring(conversation, async () => {
    await stack.compose('kill', '--signal', 'KILL', 'websocket')
    await stack.compose('up', '--detach', '--wait', '--no-build', 'websocket')
  }))
  const { messages } = await step('Both have everything once, in the order of the API', () => conversation.assertConverged())
  conversation.close()
  await step('Every line of the logs is JSON', () => assertJsonLogs(stack))
  await step('Everything stops by itself and in time', () => assertStops(stack))
  say(`Told to its end: ${messages} messages, ${conversation.reconnects()} reconnects, nothing lost, nothing twice.`)
} catch (error) {
  say(await stack.compose('logs', '--no-color', '--tail', '40').catch(String))
  throw error
} finally {
  await remove()
}

/** Talks until the work is done and both are back, and a while longer. */
async function talkDuring(conversation: Conversation, work: () => Promise<unknown>): Promise<void> {
  const before = conversation.reconnects()
  let isDone = false
  let last: number | undefined
  const talking = conversation.talk((beat) => {
    if (last === undefined && isDone && conversation.isLive()) last = beat + A_WHILE
    return last !== undefined && beat >= last
  })
  await Promise.all([talking, work().finally(() => (isDone = true))])
  assert.ok(conversation.reconnects() >= before + 2, 'Both lost their connection and got another')
}

async function assertJsonLogs({ logLines }: ComposedStack): Promise<void> {
  for (const service of SERVICES) {
    const lines = await logLines(service)
    assert.ok(lines.length > 0, `${service} has logged something`)
    for (const line of lines) {
      const { service: name, level, msg } = JSON.parse(line) as Record<string, unknown>
      assert.equal(name, service)
      assert.ok(level && msg, `A line of ${service} has a level and a message`)
    }
  }
}

async function assertStops({ compose, containers, logLines }: ComposedStack): Promise<void> {
  const started = performance.now()
  await compose('stop')
  const took = performance.now() - started
  assert.ok(took < STOP_WITHIN_MS, `It took ${Math.round(took)} ms`)
  const codes = (await containers()).map(({ Service, State, ExitCode }) => `${Service} ${State} ${ExitCode}`)
  assert.deepEqual(codes.toSorted(), ['api', 'migration', 'postgres', 'redis', 'websocket', 'worker'].map((name) => `${name} exited 0`))
  for (const service of SERVICES) {
    assert.ok((await logLines(service)).some((line) => line.includes('"msg":"Stopped"')), `${service} says that it has stopped`)
  }
}
