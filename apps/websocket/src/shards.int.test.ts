import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Channel } from '@afrochat/contracts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person
let bob: Person
/** In workspaces of different shards, most of them. */
const channels: Channel[] = []

beforeAll(async () => {
  world = await startTestGateways({ LOG_SHARDS: '3' })
  alice = await world.signUp()
  bob = await world.signUp()
  for (let count = 0; count < 5; count += 1) channels.push((await world.aWorkspace(alice, [bob])).general)
})
afterAll(() => world.close())

it('a client of a log in several shards has a cursor of each, and resumes from all of them', async () => {
  const first = world.connect(bob)
  const { cursor } = await first.hello()
  expect(cursor?.split(',').map((part) => part.split('.')[1])).toEqual(['0', '1', '2'])
  first.socket.terminate()
  for (const [index, channel] of channels.entries()) await world.say(alice, channel, `missed ${index}`)

  const client = world.connect(bob)
  await client.hello()
  client.send({ type: 'resume', data: { cursor: String(cursor) } })
  await client.receives('resumed')
  expect(client.texts.toSorted()).toEqual(channels.map((_, index) => `missed ${index}`))
  for (const [index, channel] of channels.entries()) await world.say(alice, channel, `live ${index}`)
  for (const [index] of channels.entries()) await client.receives('message_sent', ({ data }) => data['content'] === `live ${index}`)
  expect(client.texts).toHaveLength(2 * channels.length)
})

it('one that names some of them only is told to read its state anew', async () => {
  const client = world.connect(bob)
  const { cursor } = await client.hello()
  client.send({ type: 'resume', data: { cursor: String(cursor).split(',')[0] } })
  await client.receives('resync_required')
})
