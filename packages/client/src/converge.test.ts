import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { waitFor } from '@afrochat/test-support'
import { ChannelLog, createClient, type ChannelId, type Connection } from './index.ts'
import { alice } from './testing/model-chat.ts'
import { problem, ScriptedServer } from './testing/scripted-server.ts'

const moves = fc.record({
  what: fc.constantFrom('send', 'send', 'reply', 'edit', 'delete', 'react'),
  fault: fc.constantFrom('none', 'none', 'none', 'lose', 'lose', 'repeat', 'cut', 'cut off late', 'restart', 'too old', 'busy api'),
  which: fc.nat(50),
  turns: fc.nat(4),
})

type Move = typeof moves extends fc.Arbitrary<infer T> ? T : never

function act(server: ScriptedServer, { what, which }: Move, channels: readonly [ChannelId, ChannelId]): void {
  const { chat } = server
  const channelId = channels[which % 2 === 0 ? 0 : 1]
  const messages = chat.messages(channelId).filter(({ deleted_at }) => deleted_at === null)
  const message = messages[which % Math.max(1, messages.length)]
  if (what === 'send' || message === undefined) chat.send(channelId, `text ${which}`)
  else if (what === 'reply') chat.send(message.channel_id, 'reply', { thread_id: message.thread_id ?? message.id })
  else if (what === 'edit') chat.edit(message, `${message.content}!`)
  else if (what === 'delete') chat.delete(message)
  else chat.react(message.reactions.length === 0 ? 'reaction_added' : 'reaction_removed', message, 'tada')
}

/**
 * A connection that lost a frame is not cut: nobody could know of the loss then. (It does not happen either, since TCP
 * loses nothing in between; what a heartbeat's count is for is a fault of the server or of a proxy.)
 */
function goWrong(server: ScriptedServer, { fault: wanted }: Move): void {
  const { faults } = server
  const fault = server.live.some(({ hasLost }) => hasLost) && wanted !== 'repeat' ? 'none' : wanted
  faults.copies = () => (fault === 'lose' ? 0 : fault === 'repeat' ? 2 : 1)
  faults.oldest = fault === 'too old' ? Infinity : 0
  let answers = 0
  faults.http = () => (fault === 'busy api' && (answers += 1) % 2 === 1 ? problem(503, 'unavailable', { 'retry-after': '0' }) : null)
  faults.dropAfter = fault === 'cut off late' ? (server.live[0]?.sent ?? 0) + 1 : Infinity
  if (fault === 'cut' || fault === 'too old') server.terminateAll()
  if (fault === 'restart') server.closeAll(4009, '1')
}

async function run(list: readonly Move[]): Promise<void> {
  const server = await ScriptedServer.start()
  const channels = [server.chat.addChannel('one'), server.chat.addChannel('two')] as const
  const logs = channels.map((id) => new ChannelLog(server.chat.channel(id)))
  const problems: unknown[] = []
  const news: string[] = []
  const client = createClient({ url: server.url, tokens: { userId: alice.id, accessToken: 'access-1', refreshToken: 'refresh-1', expiresAtMs: null } })
  const connection: Connection = client.connect({
    from: server.chat.boot(),
    onEvent: (event) => {
      for (const log of logs) log.apply(event)
      if (event.type === 'message_sent') news.push(event.data.id)
    },
    // Back-off has its own tests; here it would only be waiting.
    onStatus: ({ state }) => { if (state === 'waiting') queueMicrotask(() => connection.reconnectNow()) },
    onProblem: (error) => void problems.push(error),
  })
  try {
    for (const move of list) {
      goWrong(server, move)
      act(server, move, channels)
      server.publish()
      for (let turn = 0; turn < move.turns; turn += 1) await nextTurn()
    }
    goWrong(server, { what: 'send', fault: 'none', which: 0, turns: 0 })
    await waitFor(() => {
      expect(logs.map((log) => log.all())).toEqual(channels.map((id) => server.chat.messages(id)))
      return true
    }, { timeoutMs: 15_000, message: 'alice to know what the API says' })
    expect(news).toEqual([...new Set(news)])
    expect(problems).toEqual([])
  } finally {
    connection.close()
    await server.stop()
  }
}

it('knows in the end what the API says, each message new once, whatever goes wrong on the way', async () => {
  // Not shrunk: a run that fails waits for its whole time-out.
  await fc.assert(fc.asyncProperty(fc.array(moves, { minLength: 5, maxLength: 60, size: 'max' }), run), { numRuns: 25, endOnFailure: true })
}, 120_000)
