import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { createChatWorld, often, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let manager: TestUser
let channel: Channel
let root: Message
let reply: Message
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  manager = await world.aMember({ of: place })
})
beforeEach(async () => {
  await enter()
})
afterAll(() => world.close())

async function enter(facts = {}): Promise<void> {
  channel = await world.aChannel({ in: place, by: manager, members: [alice], ...facts })
  root = await world.aMessage({ in: channel, by: alice, content: 'question' })
  reply = await world.aMessage({ in: channel, by: manager, content: 'answer', thread_id: root.id })
}

const lock = (by: TestUser, id = root.id) => world.chat.lockThread(by, id)
const unlock = (by: TestUser, id = root.id) => world.chat.unlockThread(by, id)
const events = () => world.storedEvents(channel.id, reply.seq + 1)

describe('locking a thread', () => {
  it('ends replies, and tells the channel by an update of the thread', async () => {
    const locked = await lock(manager)
    expect(locked).toMatchObject({ id: root.id, locked: true, reply_count: 1, change_seq: reply.seq + 2 })
    const [event, ...others] = await events()
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: 'thread_updated', seq: reply.seq + 2 })
    const { reply_count, reply_user_ids, last_reply_at, change_seq } = locked
    expect(JSON.parse(event?.payload ?? '')).toEqual({ id: root.id, channel_id: channel.id, reply_count, reply_user_ids, last_reply_at, locked: true, change_seq })
    await expect(world.aMessage({ in: channel, by: alice, thread_id: root.id })).rejects.toEqual(refused('thread_locked'))
    await expect(world.aMessage({ in: channel, by: manager, thread_id: reply.id })).rejects.toEqual(refused('thread_locked'))
  })

  it('leaves what there is to be read and deleted', async () => {
    await lock(manager)
    expect((await world.chat.listReplies(alice, { message_id: root.id })).items).toHaveLength(1)
    await world.chat.deleteMessage(manager, reply.id)
    expect(await world.chat.getMessage(alice, root.id)).toMatchObject({ reply_count: 0, locked: true })
  })

  it('is of the whole thread, whichever message of it is named', async () => {
    expect(await lock(manager, reply.id)).toMatchObject({ id: root.id, locked: true })
    expect(await unlock(manager, reply.id)).toMatchObject({ id: root.id, locked: false })
  })

  it('changes nothing the second time', async () => {
    const locked = await lock(manager)
    expect(await lock(manager)).toEqual(locked)
    expect(await events()).toHaveLength(1)
  })

  it('can be undone, and undone twice', async () => {
    await lock(manager)
    const unlocked = await unlock(manager)
    expect(unlocked).toMatchObject({ locked: false, change_seq: reply.seq + 3 })
    expect(await unlock(manager)).toEqual(unlocked)
    expect(await events()).toHaveLength(2)
    await expect(world.aMessage({ in: channel, by: alice, thread_id: root.id })).resolves.toMatchObject({ thread_id: root.id })
  })

  it('is written to the audit log, once', async () => {
    await lock(manager)
    await lock(manager)
    await unlock(manager)
    const entries = await world.db.selectFrom('workspace_audit').select(['action', 'actor_id', 'details']).where('target_id', '=', root.id).orderBy('number').execute()
    const details = JSON.stringify({ channel_id: channel.id })
    expect(entries).toEqual([{ action: 'thread_locked', actor_id: manager.userId, details }, { action: 'thread_unlocked', actor_id: manager.userId, details }])
  })
})

describe.each([['lock', lock], ['unlock', unlock]])('who may %s a thread', (_what, act) => {
  it('managers of the channel and admins who see it, the author of the root not', async () => {
    const admin = await world.aMember({ of: place })
    await world.db.updateTable('workspace_members').set({ role: 'admin' }).where('user_id', '=', admin.userId).execute()
    for (const who of [manager, owner, admin]) await expect(act(who)).resolves.toMatchObject({ id: root.id })
    const reader = await world.aMember({ of: place })
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    for (const who of [alice, reader, guest]) await expect(act(who)).rejects.toEqual(refused('not_allowed'))
  })

  it('nobody who may not know of the message', async () => {
    await enter({ private: true })
    for (const who of [owner, await world.aUser()]) await expect(act(who)).rejects.toEqual(refused('message_not_found'))
  })

  it('nobody in an archived channel, or of a deleted root', async () => {
    await world.chat.deleteMessage(alice, root.id)
    await expect(act(manager)).rejects.toEqual(refused('message_not_found'))
    await enter()
    await world.archive(channel)
    await expect(act(manager)).rejects.toEqual(refused('channel_archived'))
  })
})

it('of replies and a lock at the same time, none comes after the lock', async () => {
  for (let round = 0; round < often(50); round += 1) {
    const { id } = await world.aMessage({ in: channel, by: alice })
    const [answer, locked] = await Promise.allSettled([world.aMessage({ in: channel, by: alice, thread_id: id }), lock(manager, id)])
    if (locked.status === 'rejected') throw locked.reason
    if (answer.status === 'rejected') expect(answer.reason).toEqual(refused('thread_locked'))
    else expect(answer.value.seq).toBeLessThan(locked.value.change_seq)
  }
})
