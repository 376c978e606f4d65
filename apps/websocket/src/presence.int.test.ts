import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Channel, Message, SentMessage } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person, bob: Person, chi: Person
let general: Channel
beforeAll(async () => {
  world = await startTestGateways({}, 2)
  ;[alice, bob, chi] = [await world.signUp(), await world.signUp(), await world.signUp()]
  ;({ general } = await world.aWorkspace(alice, [bob, chi]))
})
afterAll(() => world.close())

const mentioned = async ({ id }: Pick<Message, 'id'>) => {
  const rows = await world.services.db.selectFrom('message_mentions').select('user_id').where('message_id', '=', id).execute()
  return rows.map(({ user_id }) => user_id)
}

it('@here, said over a socket, is for those who are connected to any gateway', async () => {
  const [speaker] = [world.connect(alice), world.connect(bob, { gateway: 1 })]
  await speaker.hello()
  const seen = () => world.services.presenceBoard.activeAmong([alice.user.id, bob.user.id, chi.user.id])
  await waitFor(async () => (await seen()).size === 2, { message: 'both gateways to say who is there' })
  const { type, data } = await speaker.command('send_message', { channel_id: general.id, content: '@here' })
  expect(type).toBe('ack')
  // The ack carries what the HTTP route answers.
  const message = data as unknown as SentMessage
  expect(message).toMatchObject({ content: '<!here>', mentions: { channel: 'here' }, notices: [] })
  expect(await mentioned(message)).toEqual([bob.user.id])
})

it('a socket is told what only the author of a message should know', async () => {
  const outside = await world.signUp()
  const invite = await world.services.workspace.createInvite(alice.actor, { workspace_id: general.workspace_id })
  await world.services.workspace.acceptInvite(outside.actor, invite.token)
  const room = await world.services.workspace.createChannel(alice.actor, { workspace_id: general.workspace_id, name: 'room', kind: 'public' })
  const speaker = world.connect(alice)
  await speaker.hello()
  expect(await speaker.command('send_message', { channel_id: room.id, content: `<@${outside.user.id}>` })).toMatchObject({
    data: { notices: [{ code: 'mentioned_not_in_channel', user_ids: [outside.user.id] }] },
  })
})
