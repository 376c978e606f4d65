import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { newId, type ChannelId, type MessageId } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let manager: TestUser
let channel: Channel
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  manager = await world.aMember({ of: place })
})
beforeEach(async () => {
  channel = await world.aChannel({ in: place, by: manager, members: [alice] })
})
afterAll(() => world.close())

const remove = (by: TestUser, message_ids: MessageId[], channel_id: ChannelId = channel.id) => world.chat.bulkDeleteMessages(by, { channel_id, message_ids })
async function say(count: number, rest: { by?: TestUser; thread_id?: MessageId } = {}): Promise<Message[]> {
  const said: Message[] = []
  for (let index = 0; index < count; index += 1) said.push(await world.aMessage({ in: channel, by: alice, content: `secret ${index}`, ...rest }))
  return said
}
const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id)
const headOf = async () => (await world.workspace.getChannel(manager, channel.id)).last_seq

describe('deleting several messages', () => {
  it('is one change of the channel and one event; what is left of each is a tombstone without words', async () => {
    const ids = idsOf(await say(3))
    const head = await headOf()
    expect(await remove(manager, ids)).toEqual({ deleted: ids, failed: [] })
    const [event, ...others] = await world.storedEvents(channel.id, head)
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: 'messages_bulk_deleted', seq: head + 1, actor_id: manager.userId, message_id: null })
    const { deleted_at, ...payload } = JSON.parse(event?.payload ?? '{}') as Record<string, unknown>
    expect(payload).toEqual({ channel_id: channel.id, ids, change_seq: head + 1 })
    for (const id of ids) {
      expect(await world.chat.getMessage(alice, id)).toMatchObject({ content: '', deleted_at, change_seq: head + 1 })
    }
    const left = await Promise.all([world.storedEvents(channel.id), world.db.selectFrom('messages').selectAll().where('channel_id', '=', channel.id).execute()])
    expect(JSON.stringify(left)).not.toContain('secret')
  })

  it('counts each root’s replies anew, once, whether it remains or not', async () => {
    const [root, other] = await say(2)
    if (root === undefined || other === undefined) throw new Error('There are two')
    const replies = await say(3, { thread_id: root.id })
    const [answer] = await say(1, { thread_id: other.id })
    const head = await headOf()
    await remove(manager, [...idsOf(replies.slice(0, 2)), answer?.id ?? root.id, other.id])
    const events = await world.storedEvents(channel.id, head)
    expect(events.map(({ type, seq }) => ({ type, seq }))).toEqual([
      { type: 'messages_bulk_deleted', seq: head + 1 }, { type: 'thread_updated', seq: head + 2 }, { type: 'thread_updated', seq: head + 3 },
    ])
    expect(await world.chat.getMessage(alice, root.id)).toMatchObject({ reply_count: 1, last_reply_at: replies[2]?.created_at })
    expect((await world.chat.listMessages(alice, { channel_id: channel.id })).items.map(({ id }) => id)).not.toContain(other.id)
  })

  it('says of each that is not there that it failed, and deletes the others', async () => {
    const [one] = await say(1)
    if (one === undefined) throw new Error('There is one')
    const elsewhere = await world.aMessage({ in: await world.aChannel({ in: place, by: manager }), by: manager })
    const nobody = newId<MessageId>()
    const notFound = { code: 'message_not_found', error: 'Message not found' }
    expect(await remove(manager, [nobody, one.id, elsewhere.id])).toEqual({
      deleted: [one.id], failed: [{ id: nobody, ...notFound }, { id: elsewhere.id, ...notFound }],
    })
    expect(await world.chat.getMessage(manager, elsewhere.id)).toMatchObject({ content: 'hello' })
  })

  it('leaves what was deleted before as it is, and no event when there is nothing to do', async () => {
    const ids = idsOf(await say(2))
    await remove(manager, ids)
    const head = await headOf()
    expect(await remove(manager, ids)).toEqual({ deleted: ids, failed: [] })
    expect(await headOf()).toBe(head)
  })

  it('is written to the audit log once, naming those that others wrote', async () => {
    const ids = idsOf(await say(2))
    const [own] = await say(1, { by: manager })
    await remove(manager, [...ids, own?.id ?? newId()])
    const entries = await world.db.selectFrom('workspace_audit').select(['action', 'actor_id', 'details']).where('target_id', '=', channel.id).execute()
    expect(entries).toEqual([{ action: 'messages_bulk_deleted', actor_id: manager.userId, details: JSON.stringify({ message_ids: ids }) }])
  })

  it('at the same time as each by itself deletes each once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const ids = idsOf(await say(3))
      const results = await Promise.allSettled([remove(manager, ids), remove(owner, ids.toReversed()), ...ids.map((id) => world.chat.deleteMessage(alice, id))])
      for (const result of results) if (result.status === 'rejected') throw result.reason
      const events = await world.storedEvents(channel.id)
      const told = events.flatMap(({ type, payload }) => {
        const { id, ids: several = [id] } = JSON.parse(payload) as { id?: string; ids?: string[] }
        return type === 'message_deleted' || type === 'messages_bulk_deleted' ? several : []
      })
      expect(new Set(told).size).toBe(told.length)
    }
  })
})

describe('who deletes several messages', () => {
  it('managers of the channel and admins who see it; members not even their own', async () => {
    const reader = await world.aMember({ of: place })
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    const ids = idsOf(await say(2))
    for (const who of [alice, reader, guest]) await expect(remove(who, ids)).rejects.toEqual(refused('not_allowed'))
    await expect(remove(await world.aUser(), ids)).rejects.toEqual(refused('channel_not_found'))
    expect(await remove(owner, ids.slice(0, 1))).toMatchObject({ failed: [] })
  })

  it('nobody in a private channel that they are not in, nor in an archived one', async () => {
    const secret = await world.aChannel({ in: place, by: manager, private: true })
    const { id } = await world.aMessage({ in: secret, by: manager })
    await expect(remove(owner, [id], secret.id)).rejects.toEqual(refused('channel_not_found'))
    const ids = idsOf(await say(1))
    await world.archive(channel)
    await expect(remove(manager, ids)).rejects.toEqual(refused('channel_archived'))
  })
})
