import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let bob: TestUser
let channel: Channel
/** The channel's last seq before anything was said. */
let base: number
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  bob = await world.aMember({ of: place })
})
beforeEach(async () => {
  await enter([alice, bob])
})
afterAll(() => world.close())

/** A channel of these people, who are ordinary members of it. */
async function enter(members: TestUser[], facts = {}): Promise<void> {
  channel = await world.aChannel({ in: place, by: owner, members, ...facts })
  await world.silence(channel)
  base = channel.last_seq
}

const remove = (by: TestUser, id: MessageId) => world.chat.deleteMessage(by, id)
const get = (id: MessageId, by = owner) => world.chat.getMessage(by, id)
const history = async () => (await world.chat.listMessages(bob, { channel_id: channel.id })).items.map(({ id }) => id)
const events = (after: number) => world.storedEvents(channel.id, base + after)

describe('deleting a message', () => {
  it('leaves a tombstone: no words, no mentions, no reactions, no pin', async () => {
    const sent = await world.aMessage({ in: channel, by: alice, content: `secret <@${bob.userId}> <!here>` })
    await world.db.updateTable('messages').set({ pinned_at: new Date(), pinned_by: sent.user_id, quoted_message_ids: [sent.id] }).where('id', '=', sent.id).execute()
    await world.chat.addReaction(bob, { message_id: sent.id, emoji: '👀' })
    await remove(alice, sent.id)
    expect(await get(sent.id)).toEqual({
      ...sent, content: '', mentions: { user_ids: [], group_ids: [], channel: null }, reactions: [], pinned: false, quoted_message_ids: [], quotes: [],
      change_seq: base + 3, deleted_at: expect.any(String),
    })
  })

  it('leaves the words nowhere: not in rows, revisions or events', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'hunter2' })
    await world.chat.editMessage(alice, { message_id: id, content: 'hunter3' })
    await world.chat.addReaction(bob, { message_id: id, emoji: '👀' })
    await remove(alice, id)
    const stored = await Promise.all([
      world.db.selectFrom('messages').selectAll().where('id', '=', id).execute(),
      world.db.selectFrom('message_revisions').selectAll().execute(),
      events(0),
    ])
    expect(JSON.stringify(stored)).not.toMatch(/hunter/)
    expect(await world.db.selectFrom('reactions').selectAll().where('message_id', '=', id).execute()).toEqual([])
  })

  it('takes the message off every list that it is on: pins, saved messages, mentions, followed threads', async () => {
    const sent = await world.aMessage({ in: channel, by: alice, content: `<@${bob.userId}>` })
    const reply = await world.aMessage({ in: channel, by: bob, thread_id: sent.id })
    await world.chat.pinMessage(bob, sent.id)
    await world.chat.saveMessage(bob, sent.id)
    await remove(alice, sent.id)
    expect((await world.chat.listPins(bob, { channel_id: channel.id })).items).toEqual([])
    expect((await world.chat.listSaved(bob, {})).items).toEqual([])
    expect((await world.chat.listThreads(bob, { workspace_id: place.id })).items.map(({ root }) => root.id)).not.toContain(sent.id)
    for (const table of ['message_mentions', 'saved_messages'] as const) {
      expect(await world.db.selectFrom(table).selectAll().where('message_id', '=', sent.id).execute()).toEqual([])
    }
    // What others said stays where it was.
    expect((await world.chat.listReplies(bob, { message_id: sent.id })).items.map(({ id }) => id)).toEqual([reply.id])
  })

  it('leaves the words of what the system said nowhere either', async () => {
    const channelOf = await world.aChannel({ in: place, by: owner, members: [alice] })
    const [said] = (await world.chat.listMessages(owner, { channel_id: channelOf.id })).items
    if (said === undefined) throw new Error('The system said who was added')
    await remove(owner, said.id)
    expect(await get(said.id)).toMatchObject({ kind: 'system', content: '', system: null })
    const [event] = (await world.storedEvents(channelOf.id)).filter(({ message_id }) => message_id === said.id)
    expect(JSON.parse(event?.payload ?? '{}')).toMatchObject({ content: '', system: null })
  })

  it('tells the channel by ids alone', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await remove(alice, id)
    const [event, ...others] = await events(1)
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: 'message_deleted', seq: base + 2, message_id: null, actor_id: alice.userId })
    const { deleted_at } = await get(id)
    expect(JSON.parse(event?.payload ?? '')).toEqual({ id, channel_id: channel.id, thread_id: null, change_seq: base + 2, deleted_at })
  })

  it('changes nothing the second time', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await remove(alice, id)
    const tombstone = await get(id)
    await remove(alice, id)
    expect(await get(id)).toEqual(tombstone)
    expect(await events(2)).toEqual([])
  })

  it('takes a message without replies out of the history, not out of the changes', async () => {
    const kept = await world.aMessage({ in: channel, by: alice })
    const { id } = await world.aMessage({ in: channel, by: alice })
    await remove(alice, id)
    expect(await history()).toEqual([kept.id])
    expect((await world.chat.listChanges(bob, { channel_id: channel.id, since: base + 2 })).items).toMatchObject([{ id, content: '', change_seq: base + 3 }])
  })

  it('gives a retry of its sending the tombstone, not a second message', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, client_msg_id: 'once' })
    await remove(alice, id)
    const retried = await world.chat.sendMessage(alice, { channel_id: channel.id, content: 'hello', client_msg_id: 'once' })
    expect(retried).toMatchObject({ created: false, message: { id, content: '', deleted_at: expect.any(String) } })
  })
})

describe('deleting in a thread', () => {
  const reply = (to: Message, by: TestUser, rest = {}) => world.aMessage({ in: channel, by, thread_id: to.id, ...rest })
  const replies = async (root: Message) => (await world.chat.listReplies(bob, { message_id: root.id })).items.map(({ id }) => id)

  it('leaves a root in the history for as long as replies hang on it', async () => {
    const root = await world.aMessage({ in: channel, by: alice, content: 'question' })
    const answer = await reply(root, bob)
    await remove(alice, root.id)
    expect(await history()).toEqual([root.id])
    expect(await get(root.id)).toMatchObject({ content: '', reply_count: 1, deleted_at: expect.any(String) })
    expect(await replies(root)).toEqual([answer.id])
    await remove(bob, answer.id)
    expect(await history()).toEqual([])
  })

  it('counts the root’s replies anew, in an event of its own', async () => {
    const carol = await world.aMember({ of: place })
    await enter([alice, bob, carol])
    const root = await world.aMessage({ in: channel, by: alice })
    const first = await reply(root, bob)
    const second = await reply(root, carol)
    const third = await reply(root, bob)
    await remove(bob, third.id)
    const summary = { reply_count: 2, reply_user_ids: [bob.userId, carol.userId], last_reply_at: second.created_at, locked: false, change_seq: base + 9 }
    expect(await get(root.id)).toMatchObject(summary)
    const emitted = await events(7)
    expect(emitted.map(({ type, seq }) => ({ type, seq }))).toEqual([{ type: 'message_deleted', seq: base + 8 }, { type: 'thread_updated', seq: base + 9 }])
    expect(JSON.parse(emitted[1]?.payload ?? '')).toEqual({ id: root.id, channel_id: channel.id, ...summary })
    expect(await replies(root)).toEqual([first.id, second.id])

    await remove(bob, first.id)
    await remove(carol, second.id)
    expect(await get(root.id)).toMatchObject({ reply_count: 0, reply_user_ids: [], last_reply_at: null })
  })

  it('shows the first ten people who replied and are still there', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => world.aMember({ of: place })))
    await enter([alice, bob, ...people])
    const root = await world.aMessage({ in: channel, by: alice })
    const sent: Message[] = []
    for (const person of people) sent.push(await reply(root, person))
    expect((await get(root.id)).reply_user_ids).toEqual(people.slice(0, 10).map(({ userId }) => userId))
    const [first] = sent
    const [someone] = people
    if (first === undefined || someone === undefined) throw new Error('unreachable')
    await remove(someone, first.id)
    expect((await get(root.id)).reply_user_ids).toEqual(people.slice(1, 11).map(({ userId }) => userId))
  })

  it('takes a reply that was sent to the channel too out of both lists', async () => {
    const root = await world.aMessage({ in: channel, by: alice })
    const both = await reply(root, bob, { also_in_channel: true })
    expect(await history()).toEqual([both.id, root.id])
    await remove(bob, both.id)
    expect(await history()).toEqual([root.id])
    expect(await replies(root)).toEqual([])
  })

  it('refuses a reply to a deleted message, so that none hangs on nothing', async () => {
    const root = await world.aMessage({ in: channel, by: alice })
    await remove(alice, root.id)
    await expect(reply(root, bob)).rejects.toEqual(refused('thread_not_found'))
  })
})

describe('who may delete', () => {
  const anAdmin = async () => {
    const admin = await world.aMember({ of: place })
    await world.db.updateTable('workspace_members').set({ role: 'admin' }).where('user_id', '=', admin.userId).execute()
    return admin
  }

  it('lets the channel’s manager, and an admin who is in it, delete what others wrote', async () => {
    const manager = await world.aMember({ of: place })
    const admin = await anAdmin()
    channel = await world.aChannel({ in: place, by: manager, private: true, members: [alice, admin] })
    for (const who of [manager, admin]) {
      const { id } = await world.aMessage({ in: channel, by: alice })
      await remove(who, id)
      expect(await get(id, alice)).toMatchObject({ content: '' })
    }
  })

  it('lets an admin who is not in it delete in a public channel, and hides a private one from them', async () => {
    const admin = await anAdmin()
    const open = await world.aMessage({ in: channel, by: alice })
    await remove(admin, open.id)
    expect(await get(open.id)).toMatchObject({ content: '' })
    await enter([alice], { private: true })
    const secret = await world.aMessage({ in: channel, by: alice })
    await expect(remove(admin, secret.id)).rejects.toEqual(refused('message_not_found'))
    expect(await get(secret.id)).toMatchObject({ content: 'hello' })
  })

  it('refuses other members and readers by not_allowed, and tells outsiders nothing', async () => {
    const elsewhere = await world.aChannel({ in: place, by: owner })
    const reader = await world.aMember({ of: place })
    const guest = await world.aMember({ of: place, role: 'guest', channels: [elsewhere] })
    const guestIn = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    const stranger = await world.aUser()
    const { id, seq } = await world.aMessage({ in: channel, by: alice })
    for (const who of [bob, reader, guestIn]) await expect(remove(who, id)).rejects.toEqual(refused('not_allowed'))
    for (const who of [guest, stranger]) await expect(remove(who, id)).rejects.toEqual(refused('message_not_found'))
    await expect(remove(alice, newId<MessageId>())).rejects.toEqual(refused('message_not_found'))
    expect(await world.storedEvents(channel.id, seq)).toEqual([])
  })

  it('lets a guest delete their own', async () => {
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    const { id } = await world.aMessage({ in: channel, by: guest })
    await remove(guest, id)
    expect(await get(id)).toMatchObject({ content: '' })
  })

  it('refuses the author who has left, by not_in_channel where they can still read', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await world.workspace.leaveChannel(alice, channel.id)
    await expect(remove(alice, id)).rejects.toEqual(refused('not_in_channel'))
  })

  it('lets authors delete what they wrote unless the workspace says otherwise, and then managers and admins alone', async () => {
    const setting = (allowed: boolean) =>
      world.db.updateTable('workspaces').set({ settings: JSON.stringify({ members_may_delete_own_messages: allowed }) as never }).where('id', '=', place.id).execute()
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    const [byAlice, byGuest, byOwner] = [
      await world.aMessage({ in: channel, by: alice }), await world.aMessage({ in: channel, by: guest }), await world.aMessage({ in: channel, by: owner }),
    ]
    await setting(false)
    try {
      await expect(remove(alice, byAlice.id)).rejects.toEqual(refused('not_allowed'))
      await expect(remove(guest, byGuest.id)).rejects.toEqual(refused('not_allowed'))
      await remove(owner, byOwner.id)
      await remove(owner, byAlice.id)
    } finally {
      await setting(true)
    }
    await remove(guest, byGuest.id)
    expect(await get(byGuest.id)).toMatchObject({ content: '' })
  })

  it('lets nobody delete as their own what the system said of them', async () => {
    const place2 = await world.aChannel({ in: place, by: owner })
    const carol = await world.aMember({ of: place })
    await world.workspace.joinChannel(carol, place2.id)
    const [joined] = (await world.chat.listMessages(owner, { channel_id: place2.id })).items
    if (joined === undefined) throw new Error('The system said who joined')
    expect(joined).toMatchObject({ kind: 'system', user_id: carol.userId })
    await expect(remove(carol, joined.id)).rejects.toEqual(refused('not_allowed'))
  })

  it('writes to the audit log who deleted what another wrote, without its words, and nothing of one’s own', async () => {
    const audit = () => world.db.selectFrom('workspace_audit').select(['action', 'actor_id', 'target_id', 'details'])
      .where('workspace_id', '=', place.id).where('action', '=', 'message_deleted').orderBy('number', 'desc').limit(1).executeTakeFirst()
    const [own, other] = [await world.aMessage({ in: channel, by: alice }), await world.aMessage({ in: channel, by: alice, content: 'hunter2' })]
    const before = await audit()
    await remove(alice, own.id)
    expect(await audit()).toEqual(before)
    await remove(owner, other.id)
    await remove(owner, other.id)
    const entry = await audit()
    expect(entry).toMatchObject({ actor_id: owner.userId, target_id: other.id })
    expect(JSON.parse(entry?.details ?? '')).toEqual({ channel_id: channel.id, author_id: alice.userId })
  })

  it('refuses in an archived channel, author and admin alike', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await world.archive(channel)
    for (const who of [alice, owner]) await expect(remove(who, id)).rejects.toEqual(refused('channel_archived'))
  })
})
