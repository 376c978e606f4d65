import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { memberStream } from '@afrochat/contracts'
import { newId, type ChannelId, type DraftId, type MessageId, type UserId } from '@afrochat/kernel'
import { aPostFixture, type PostFixture } from './post-fixture.ts'
import type { PostDraft, PostResult } from './post.repository.ts'

let fixture: PostFixture
let ada: UserId, bola: UserId, chi: UserId, outside: UserId
let channel: ChannelId
beforeAll(async () => {
  fixture = await aPostFixture()
  ;[ada, bola, chi, outside] = [await fixture.aUser(), await fixture.aUser(), await fixture.aUser(), await fixture.aUser()]
  channel = await fixture.aChannel({ members: [ada, bola, chi] })
})
afterAll(() => fixture.close())

const post = (by: UserId, fields: Partial<PostDraft> = {}, to = channel) => fixture.queue.post(fixture.aDraft(by, to, fields))
const calling = (direct: UserId[], here: UserId[] = []) => ({ called: { direct, here } })
const mentionsOf = ({ messageId }: PostResult) =>
  fixture.db.selectFrom('message_mentions').select(['user_id', 'in_channel', 'direct', 'thread_id', 'seq']).where('message_id', '=', messageId).orderBy('user_id').execute()
const followersOf = (rootId: MessageId) =>
  fixture.db.selectFrom('thread_subscriptions').select(['user_id', 'following', 'last_read_seq']).where('root_id', '=', rootId).orderBy('user_id').execute()
const byUser = <T extends { user_id: UserId }>(...rows: T[]) => rows.toSorted((a, b) => (a.user_id < b.user_id ? -1 : 1))

/** What of this was told to the person alone, as it is stored. */
async function toldTo(userId: UserId, after: number): Promise<unknown[]> {
  const stream = memberStream(fixture.workspaceId, userId)
  const rows = await fixture.db.selectFrom('events').select(['type', 'payload']).where('stream_key', '=', stream).where('pos', '>', after).orderBy('pos').execute()
  return rows.map(({ type, payload }) => ({ type, ...(JSON.parse(payload) as object) }))
}
const headOfLog = async () => (await fixture.db.selectFrom('events').select((eb) => eb.fn.max('pos').as('pos')).executeTakeFirstOrThrow()).pos ?? 0

describe('whom a message mentions', () => {
  it('is kept for those in the channel, each once, never for its author', async () => {
    const sent = await post(ada, calling([bola, bola, ada, outside], [bola, chi, outside]))
    const row = { in_channel: true, thread_id: null, seq: sent.seq }
    expect(await mentionsOf(sent)).toEqual(byUser({ user_id: bola, direct: true, ...row }, { user_id: chi, direct: false, ...row }))
  })

  it('is nobody who has left, also while a reply makes them follow nothing', async () => {
    const room = await fixture.aChannel({ members: [ada, bola, chi] })
    const root = await post(ada, {}, room)
    await fixture.db.updateTable('channel_members').set({ to_seq: 1 }).where('channel_id', '=', room).where('user_id', '=', chi).execute()
    expect(await mentionsOf(await post(ada, calling([chi], [chi]), room))).toEqual([])
    await post(bola, { threadId: root.messageId, ...calling([chi]) }, room)
    expect((await followersOf(root.messageId)).map(({ user_id }) => user_id)).toEqual([ada, bola].toSorted())
  })

  it('counts for the thread alone in a reply, and for the channel when it was sent there too', async () => {
    const root = await post(ada)
    const reply = await post(bola, { threadId: root.messageId, ...calling([chi]) })
    const both = await post(bola, { threadId: root.messageId, alsoInChannel: true, ...calling([chi]) })
    expect(await mentionsOf(reply)).toEqual([{ user_id: chi, in_channel: false, direct: true, thread_id: root.messageId, seq: reply.seq }])
    expect(await mentionsOf(both)).toEqual([{ user_id: chi, in_channel: true, direct: true, thread_id: root.messageId, seq: both.seq }])
  })

  it('by @here in a thread are those who follow it', async () => {
    const root = await post(ada)
    const reply = await post(bola, { threadId: root.messageId, ...calling([], [ada, chi]) })
    expect(await mentionsOf(reply)).toEqual([])
    const next = await post(bola, { threadId: root.messageId, ...calling([], [ada, chi]) })
    expect((await mentionsOf(next)).map(({ user_id }) => user_id)).toEqual([ada])
  })

  it('is its author too where a bot of theirs speaks', async () => {
    expect((await mentionsOf(await post(ada, { kind: 'bot', ...calling([ada]) }))).map(({ user_id }) => user_id)).toEqual([ada])
  })

  it('is kept for nobody when the message is refused', async () => {
    const refused = fixture.aDraft(outside, channel, calling([ada]))
    expect(await fixture.queue.post(refused)).toMatchObject({ verdict: 'not_in_channel' })
    expect(await fixture.db.selectFrom('message_mentions').selectAll().where('message_id', '=', refused.id).execute()).toEqual([])
  })
})

describe('who follows a thread', () => {
  it('are the author of its root from the first reply, who replies, and who is mentioned in it; with what is unread from then on', async () => {
    const root = await post(ada)
    const start = await headOfLog()
    const reply = await post(bola, { threadId: root.messageId, ...calling([chi]) })
    expect(await followersOf(root.messageId)).toEqual(byUser(
      { user_id: ada, following: true, last_read_seq: reply.seq - 1 },
      { user_id: bola, following: true, last_read_seq: reply.seq },
      { user_id: chi, following: true, last_read_seq: reply.seq - 1 },
    ))
    const news = { type: 'thread_subscription_updated', message_id: root.messageId, channel_id: channel, following: true, as_of_seq: reply.seq }
    expect(await toldTo(ada, start)).toEqual([{ ...news, last_read_seq: reply.seq - 1, unread_count: 1, mention_count: 0 }])
    expect(await toldTo(bola, start)).toEqual([{ ...news, last_read_seq: reply.seq, unread_count: 0, mention_count: 0 }])
    expect(await toldTo(chi, start)).toEqual([{ ...news, last_read_seq: reply.seq - 1, unread_count: 1, mention_count: 1 }])
  })

  it('is not told again: a further reply moves its author\'s mark without a word, and nobody else\'s', async () => {
    const root = await post(ada)
    await post(bola, { threadId: root.messageId })
    const start = await headOfLog()
    const again = await post(bola, { threadId: root.messageId })
    expect((await followersOf(root.messageId)).find(({ user_id }) => user_id === bola)).toMatchObject({ last_read_seq: again.seq })
    expect((await followersOf(root.messageId)).find(({ user_id }) => user_id === ada)).toMatchObject({ last_read_seq: again.seq - 3 })
    expect(await toldTo(ada, start)).toEqual([])
    expect(await toldTo(bola, start)).toEqual([])
  })

  it('is nobody who unfollowed it, by replies of others or their own, until they are mentioned', async () => {
    const root = await post(ada)
    await post(bola, { threadId: root.messageId })
    await fixture.db.updateTable('thread_subscriptions').set({ following: false }).where('root_id', '=', root.messageId).execute()
    await post(bola, { threadId: root.messageId })
    await post(ada, { threadId: root.messageId })
    expect((await followersOf(root.messageId)).map(({ following }) => following)).toEqual([false, false])
    const start = await headOfLog()
    const reply = await post(bola, { threadId: root.messageId, ...calling([ada]) })
    expect((await followersOf(root.messageId)).find(({ user_id }) => user_id === ada)).toEqual({ user_id: ada, following: true, last_read_seq: reply.seq - 1 })
    expect(await toldTo(ada, start)).toMatchObject([{ following: true, last_read_seq: reply.seq - 1, unread_count: 1, mention_count: 1 }])
    expect(await toldTo(bola, start)).toEqual([])
  })

  it('are only people who are in the channel, and no bot', async () => {
    const room = await fixture.aChannel({ members: [ada, bola, chi] })
    const root = await post(ada, {}, room)
    await fixture.db.updateTable('channel_members').set({ to_seq: 2 }).where('channel_id', '=', room).where('user_id', '=', ada).execute()
    await post(bola, { kind: 'bot', threadId: root.messageId, ...calling([ada, chi]) }, room)
    expect((await followersOf(root.messageId)).map(({ user_id }) => user_id)).toEqual([chi])
  })

  it.each([
    ['@channel in a thread mentions its followers', {}, 1],
    ['but not in a channel that they muted', { muted: true }, 0],
  ])('%s', async (_name, kept, mention_count) => {
    const room = await fixture.aChannel({ members: [ada, bola] })
    const root = await post(ada, {}, room)
    await fixture.db.updateTable('channel_user_states').set({ starred: true, ...kept })
      .where('channel_id', '=', room).where('user_id', '=', ada).execute()
    const start = await headOfLog()
    await post(bola, { threadId: root.messageId, mentions: { user_ids: [], group_ids: [], channel: 'channel' } }, room)
    expect(await toldTo(ada, start)).toMatchObject([{ unread_count: 1, mention_count }])
  })

  it('has a mention by every reply in a direct message', async () => {
    const dm = await fixture.aChannel({ members: [ada, bola], kind: 'dm' })
    const root = await post(ada, {}, dm)
    const start = await headOfLog()
    await post(bola, { threadId: root.messageId }, dm)
    expect(await toldTo(ada, start)).toMatchObject([{ unread_count: 1, mention_count: 1 }])
  })

  it('has nothing unread by a reply that is in the channel too: it is unread there', async () => {
    const root = await post(ada)
    const start = await headOfLog()
    await post(bola, { threadId: root.messageId, alsoInChannel: true, ...calling([chi]) })
    for (const who of [ada, chi]) expect(await toldTo(who, start)).toMatchObject([{ unread_count: 0, mention_count: 0 }])
  })

  it('is right after many replies to one root in one batch', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => fixture.aUser()))
    const room = await fixture.aChannel({ members: [ada, ...people] })
    const root = await post(ada, {}, room)
    const replies = await Promise.all(people.flatMap((by) => [
      post(by, { threadId: root.messageId }, room),
      post(by, { threadId: root.messageId, ...calling([ada]) }, room),
    ]))
    const own = new Map(people.map((id, index) => [id, Math.max(replies[2 * index]?.seq ?? 0, replies[2 * index + 1]?.seq ?? 0)]))
    const first = Math.min(...replies.map(({ seq }) => seq))
    for (const { user_id, last_read_seq } of await followersOf(root.messageId)) expect(last_read_seq).toBe(user_id === ada ? first - 1 : own.get(user_id))
    const positions = await fixture.db.selectFrom('events').select('pos').orderBy('pos').execute()
    expect(positions.map(({ pos }) => pos)).toEqual(positions.map((_, index) => index + 1))
  })
})

describe('a locked thread', () => {
  it('takes no replies, to its root or to a reply, from anybody', async () => {
    const root = await post(ada)
    const reply = await post(bola, { threadId: root.messageId })
    await fixture.db.updateTable('messages').set({ locked_at: new Date() }).where('id', '=', root.messageId).execute()
    const admin = await fixture.aUser('admin')
    const membership = { channel_id: channel, user_id: admin, workspace_id: fixture.workspaceId, from_seq: 0, to_seq: null }
    await fixture.db.insertInto('channel_members').values(membership).execute()
    for (const by of [ada, admin]) {
      for (const { messageId } of [root, reply]) expect(await post(by, { threadId: messageId })).toMatchObject({ verdict: 'thread_locked' })
    }
    expect(await post(ada)).toMatchObject({ verdict: 'posted' })
  })
})

describe('a draft', () => {
  async function aDraft(by: UserId): Promise<DraftId> {
    await fixture.db.deleteFrom('drafts').where('user_id', '=', by).execute()
    const id = newId<DraftId>()
    await fixture.db.insertInto('drafts').values({ id, user_id: by, workspace_id: fixture.workspaceId, channel_id: channel, thread_id: null, content: 'draft', version: 1 }).execute()
    return id
  }
  const draftsOf = (userId: UserId) => fixture.db.selectFrom('drafts').select('id').where('user_id', '=', userId).execute()

  it('is gone with the message that it became, which its author\'s devices are told', async () => {
    const draftId = await aDraft(ada)
    const start = await headOfLog()
    expect(await post(ada, { draftId })).toMatchObject({ verdict: 'posted' })
    expect(await draftsOf(ada)).toEqual([])
    expect(await toldTo(ada, start)).toEqual([{ type: 'draft_updated', channel_id: channel, thread_id: null, draft: null }])
  })

  it('is sent once, by however many devices and processes at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const draftId = await aDraft(ada)
      const queues = [fixture.queue, fixture.anotherQueue()]
      const rooms = [channel, await fixture.aChannel({ members: [ada] })]
      const results = await Promise.all(Array.from({ length: 20 }, async (_, index) =>
        queues[index % 2]?.post(fixture.aDraft(ada, rooms[(index >> 1) % 2] as ChannelId, { draftId }))))
      expect(results.map((result) => result?.verdict).toSorted()).toEqual([...Array.from({ length: 19 }, () => 'draft_already_sent'), 'posted'])
    }
  })

  it('stays when the message is refused, and may be sent then', async () => {
    const draftId = await aDraft(outside)
    expect(await post(outside, { draftId })).toMatchObject({ verdict: 'not_in_channel' })
    expect(await draftsOf(outside)).toEqual([{ id: draftId }])
  })

  it('of somebody else is none', async () => {
    const draftId = await aDraft(bola)
    expect(await post(ada, { draftId })).toMatchObject({ verdict: 'draft_already_sent' })
    expect(await draftsOf(bola)).toEqual([{ id: draftId }])
  })

  it('does not come between a message and its repeat', async () => {
    const draftId = await aDraft(ada)
    const fields = { draftId, clientMsgId: 'from-a-draft' }
    const sent = await post(ada, fields)
    expect(await post(ada, fields)).toMatchObject({ verdict: 'duplicate', messageId: sent.messageId })
  })
})

it('publishes exactly the events that are stored, however many a message has', async () => {
  const root = await post(ada)
  const draftId = newId<DraftId>()
  await fixture.db.insertInto('drafts').values({ id: draftId, user_id: bola, workspace_id: fixture.workspaceId, channel_id: channel, thread_id: root.messageId, content: 'x', version: 1 }).execute()
  const start = await headOfLog()
  await post(bola, { threadId: root.messageId, draftId, ...calling([chi]) })
  const stored = await fixture.db.selectFrom('events').selectAll().where('pos', '>', start).orderBy('pos').execute()
  expect(stored.map(({ type }) => type)).toEqual(['message_sent', 'thread_updated', ...Array.from({ length: 3 }, () => 'thread_subscription_updated'), 'draft_updated'])
  const parsed = (events: readonly { payload: string }[]) => events.map(({ payload, ...event }) => ({ ...event, payload: JSON.parse(payload) as unknown }))
  expect(parsed(fixture.published.filter(({ pos }) => pos > start))).toEqual(parsed(stored.map(({ created_at: _, ...event }) => event)))
})
