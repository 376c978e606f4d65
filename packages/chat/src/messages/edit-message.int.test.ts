import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { MAX_MESSAGE_CODE_POINTS, type Channel, type Workspace } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { createChatWorld, forEverybody, type ChatWorld, type TestUser } from '@afrochat/test-support'

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
  base = channel.last_seq
}

const edit = (by: TestUser, message_id: MessageId, content: string) => world.chat.editMessage(by, { message_id, content })
const revisionsOf = (id: MessageId) => world.db.selectFrom('message_revisions').selectAll().where('message_id', '=', id).orderBy('change_seq').execute()

describe('editing a message', () => {
  it('replaces the words, keeps the place, and tells the channel by its next seq', async () => {
    const sent = await world.aMessage({ in: channel, by: alice, content: 'helo' })
    await world.aMessage({ in: channel, by: bob })
    const edited = await edit(alice, sent.id, 'hello')

    expect(edited).toEqual({ ...sent, content: 'hello', change_seq: base + 3, edited_at: expect.any(String) })
    const [event] = await world.storedEvents(channel.id, base + 2)
    expect(event).toMatchObject({ type: 'message_updated', seq: base + 3, message_id: sent.id, actor_id: alice.userId, request_id: alice.requestId })
    expect(JSON.parse(event?.payload ?? '')).toEqual(forEverybody(edited))
    expect(await world.chat.getMessage(bob, sent.id)).toEqual(edited)
  })

  it('keeps each text that was replaced as a revision', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'one' })
    await edit(alice, id, 'two')
    await edit(alice, id, 'three')
    expect(await revisionsOf(id)).toMatchObject([
      { change_seq: base + 2, content: 'one', editor_id: alice.userId },
      { change_seq: base + 3, content: 'two', editor_id: alice.userId },
    ])
  })

  it('takes the earlier words out of the log', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'my password is hunter2' })
    await edit(alice, id, 'it was hunter3')
    await edit(alice, id, 'never mind')
    const events = await world.storedEvents(channel.id, base)
    expect(events.map(({ seq }) => seq)).toEqual([base + 1, base + 2, base + 3])
    expect(JSON.stringify(events)).not.toMatch(/hunter/)
    expect(events[2]?.payload).toContain('never mind')
  })

  it('blanks only the event that still has words, however often a message was edited', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'one' })
    await edit(alice, id, 'two')
    const versions = () => sql<{ seq: number; version: string }>`select seq, xmin::text as version from events where message_id = ${id} order by seq`.execute(world.db)
    const before = (await versions()).rows
    await edit(alice, id, 'three')
    const after = (await versions()).rows
    expect(after[0]).toEqual(before[0])
    expect(after[1]?.version).not.toBe(before[1]?.version)
  })

  it('leaves no revision, no mark and no event when nothing changes', async () => {
    const sent = await world.aMessage({ in: channel, by: alice, content: 'as it is' })
    expect(await edit(alice, sent.id, 'as it is')).toEqual(sent)
    expect(await world.storedEvents(channel.id, base + 1)).toEqual([])
    expect(await revisionsOf(sent.id)).toEqual([])
  })

  it('finds that nothing changes also where a mention was written as a name', async () => {
    const sent = await world.aMessage({ in: channel, by: alice, content: `hi @${bob.username}` })
    expect(await edit(alice, sent.id, `hi @${bob.username}`)).toEqual(sent)
    expect(await edit(alice, sent.id, sent.content)).toEqual(sent)
  })

  it('reads the mentions anew', async () => {
    const sent = await world.aMessage({ in: channel, by: alice, content: `<@${alice.userId}> and <!here>` })
    const edited = await edit(alice, sent.id, `<@${bob.userId}>`)
    expect(sent.mentions).toEqual({ user_ids: [alice.userId], group_ids: [], channel: 'here' })
    expect(edited.mentions).toEqual({ user_ids: [bob.userId], group_ids: [], channel: null })
  })

  it('is an edit also when it brings an old text back', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'one' })
    await edit(alice, id, 'two')
    expect(await edit(alice, id, 'one')).toMatchObject({ content: 'one', change_seq: base + 3 })
    expect((await revisionsOf(id)).map(({ content }) => content)).toEqual(['one', 'two'])
    expect(await world.storedEvents(channel.id, base + 2)).toMatchObject([{ type: 'message_updated' }])
  })

  it('reads the quotes anew', async () => {
    const [one, two] = [await world.aMessage({ in: channel, by: bob, content: 'one' }), await world.aMessage({ in: channel, by: bob, content: 'two' })]
    const linkTo = async (id: MessageId) => (await world.chat.getPermalink(alice, id)).permalink
    const sent = await world.aMessage({ in: channel, by: alice, content: `see ${await linkTo(one.id)}` })
    const edited = await edit(alice, sent.id, `see ${await linkTo(two.id)}`)
    expect(sent.quotes).toMatchObject([{ message_id: one.id, content: 'one' }])
    expect(edited).toMatchObject({ quoted_message_ids: [two.id], quotes: [{ message_id: two.id, content: 'two' }] })
    expect(await world.chat.getMessage(alice, sent.id)).toEqual(edited)
  })

  it('keeps the previews of links that are still there, and no others', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'https://a.example/x and https://b.example/' })
    const preview = (url: string) => ({ url, title: 'T', description: null, site_name: null, image_url: null })
    const previews = ['https://a.example/x', 'https://b.example/'].map(preview)
    await world.db.updateTable('messages').set({ previews: JSON.stringify(previews) }).where('id', '=', id).execute()
    expect((await edit(alice, id, 'now https://b.example/, and https://a.example/xyz')).previews).toEqual([preview('https://b.example/')])
    expect((await edit(alice, id, 'none')).previews).toEqual([])
  })

  it('keeps reactions, the pin and the thread', async () => {
    const root = await world.aMessage({ in: channel, by: alice })
    await world.aMessage({ in: channel, by: bob, thread_id: root.id })
    await world.chat.addReaction(bob, { message_id: root.id, emoji: '👍' })
    await world.chat.pinMessage(bob, root.id)
    expect(await edit(alice, root.id, 'edited')).toMatchObject({ pinned: true, reply_count: 1, reply_user_ids: [bob.userId], reactions: [{ emoji: '👍', count: 1, me: false }] })
  })

  it.each([['no_text', ' \n\u200b'], ['msg_too_long', 'x'.repeat(MAX_MESSAGE_CODE_POINTS + 1)], ['invalid_text', 'a\0b'], ['invalid_text', '\ud800']])(
    'refuses by %s what could not be sent either', async (code, content) => {
      const { id } = await world.aMessage({ in: channel, by: alice })
      await expect(edit(alice, id, content)).rejects.toEqual(refused(code))
    })
})

describe('who may edit', () => {
  it('refuses everybody but the author, managers and admins too, by not_author', async () => {
    const admin = await world.aMember({ of: place })
    await world.db.updateTable('workspace_members').set({ role: 'admin' }).where('user_id', '=', admin.userId).execute()
    const reader = await world.aMember({ of: place })
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'mine' })
    for (const other of [owner, admin, bob, reader]) await expect(edit(other, id, 'yours')).rejects.toEqual(refused('not_author'))
    expect(await world.chat.getMessage(alice, id)).toMatchObject({ content: 'mine', edited_at: null })
    expect(await world.storedEvents(channel.id, base + 1)).toEqual([])
  })

  it('answers message_not_found for what the caller may not know of, as for what does not exist', async () => {
    const stranger = await world.aUser()
    const elsewhere = await world.aChannel({ in: place, by: owner })
    const guest = await world.aMember({ of: place, role: 'guest', channels: [elsewhere] })
    const open = await world.aMessage({ in: channel, by: alice })
    await enter([alice], { private: true })
    const secret = await world.aMessage({ in: channel, by: alice })
    for (const who of [stranger, guest]) await expect(edit(who, open.id, 'x')).rejects.toEqual(refused('message_not_found'))
    for (const who of [stranger, guest, bob]) await expect(edit(who, secret.id, 'x')).rejects.toEqual(refused('message_not_found'))
    await expect(edit(alice, newId<MessageId>(), 'x')).rejects.toEqual(refused('message_not_found'))
  })

  it('refuses the author who has left: not_in_channel where they can still read, message_not_found where not', async () => {
    const open = await world.aMessage({ in: channel, by: alice })
    await world.workspace.leaveChannel(alice, channel.id)
    await enter([alice], { private: true })
    const secret = await world.aMessage({ in: channel, by: alice })
    await world.workspace.leaveChannel(alice, channel.id)
    await expect(edit(alice, open.id, 'x')).rejects.toEqual(refused('not_in_channel'))
    await expect(edit(alice, secret.id, 'x')).rejects.toEqual(refused('message_not_found'))
  })

  it('refuses in an archived channel', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await world.archive(channel)
    await expect(edit(alice, id, 'x')).rejects.toEqual(refused('channel_archived'))
  })

  it('refuses in a channel that has become read-only who may not post there, and lets its managers', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    const own = await world.aMessage({ in: channel, by: owner })
    await world.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', channel.id).execute()
    await expect(edit(alice, id, 'x')).rejects.toEqual(refused('channel_read_only'))
    expect(await edit(owner, own.id, 'x')).toMatchObject({ content: 'x' })
  })

  it('refuses in a locked thread, of its root and of its replies', async () => {
    const root = await world.aMessage({ in: channel, by: alice })
    const reply = await world.aMessage({ in: channel, by: bob, thread_id: root.id })
    await world.chat.lockThread(owner, root.id)
    await expect(edit(alice, root.id, 'x')).rejects.toEqual(refused('thread_locked'))
    await expect(edit(bob, reply.id, 'x')).rejects.toEqual(refused('thread_locked'))
    await world.chat.unlockThread(owner, root.id)
    expect(await edit(bob, reply.id, 'x')).toMatchObject({ content: 'x' })
  })

  it('lets an author edit for as long as the workspace says, which the refusal says too', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice, content: 'young' })
    const setWindow = (minutes: number | null) =>
      world.db.updateTable('workspaces').set({ settings: JSON.stringify({ edit_window_minutes: minutes }) as never }).where('id', '=', place.id).execute()
    const setAge = (minutes: number) =>
      world.db.updateTable('messages').set({ created_at: new Date(Date.now() - minutes * 60_000) }).where('id', '=', id).execute()
    try {
      await setWindow(90)
      await setAge(89)
      expect(await edit(alice, id, 'still young')).toMatchObject({ content: 'still young' })
      await setAge(91)
      await expect(edit(alice, id, 'old')).rejects.toEqual(refused('edit_window_closed'))
      await expect(edit(alice, id, 'old')).rejects.toThrow('A message can be edited for 90 minutes after it was sent')
      await setWindow(1440)
      await setAge(1441)
      await expect(edit(alice, id, 'old')).rejects.toThrow('for 1 day after')
      await setWindow(null)
      expect(await edit(alice, id, 'for ever')).toMatchObject({ content: 'for ever' })
    } finally {
      await setWindow(null)
    }
  })

  it('refuses a deleted message by message_not_found, its author too', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await world.chat.deleteMessage(alice, id)
    await expect(edit(alice, id, 'x')).rejects.toEqual(refused('message_not_found'))
  })

  it('lets nobody edit what the system said about them', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    await world.db.updateTable('messages').set({ kind: 'system' }).where('id', '=', id).execute()
    await expect(edit(alice, id, 'x')).rejects.toEqual(refused('not_author'))
  })
})
