import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { channelStream } from '@afrochat/contracts'
import { lockHeads } from '@afrochat/database'
import { newId, type ChannelId, type MessageId, type UserId } from '@afrochat/kernel'
import { waitFor } from '@afrochat/test-support'
import { actorOf, aPostFixture, type PostFixture } from './post-fixture.ts'

let fixture: PostFixture
let ada: UserId
let channel: ChannelId
beforeAll(async () => {
  fixture = await aPostFixture()
  ada = await fixture.aUser()
  channel = await fixture.aChannel({ members: [ada] })
})
afterAll(() => fixture.close())

const post = (by: UserId, to: ChannelId, fields = {}) => fixture.queue.post(fixture.aDraft(by, to, fields))
const rowsOf = (channelId: ChannelId) => fixture.db.selectFrom('messages').selectAll().where('channel_id', '=', channelId).orderBy('seq').execute()
const eventsOf = (channelId: ChannelId) =>
  fixture.db.selectFrom('events').selectAll().where('stream_key', '=', channelStream(channelId)).orderBy('pos').execute()

describe('posting', () => {
  it('gives one channel its seqs without a hole, and stores each message with its event', async () => {
    const to = await fixture.aChannel({ members: [ada] })
    const results = await Promise.all(Array.from({ length: 40 }, () => post(ada, to)))
    expect(results.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect((await rowsOf(to)).map(({ id, seq, change_seq }) => ({ id, seq, change_seq }))).toEqual(
      results.toSorted((a, b) => a.seq - b.seq).map(({ messageId, seq }) => ({ id: messageId, seq, change_seq: seq })))
    expect((await eventsOf(to)).map(({ seq, message_id }) => ({ seq, message_id }))).toEqual(
      results.toSorted((a, b) => a.seq - b.seq).map(({ messageId, seq }) => ({ seq, message_id: messageId })))
  })

  it('publishes exactly the events that it stored', async () => {
    const to = await fixture.aChannel({ members: [ada] })
    const root = await post(ada, to, { content: 'Ẹ káàárọ̀ "quoted" \\ \n' })
    await post(ada, to, { threadId: root.messageId })
    const stored = (await eventsOf(to)).map(({ created_at: _, ...event }) => ({ ...event, payload: JSON.parse(event.payload) as unknown }))
    const published = fixture.published.filter(({ stream_key }) => stream_key === channelStream(to))
    expect(published.map((event) => ({ ...event, payload: JSON.parse(event.payload) as unknown }))).toEqual(stored)
  })

  it('moves the mark of the author, of no one else, and of replies not at all', async () => {
    const bola = await fixture.aUser()
    const to = await fixture.aChannel({ members: [ada, bola] })
    const root = await post(ada, to)
    const reply = await post(bola, to, { threadId: root.messageId })
    const marks = await fixture.db.selectFrom('channel_user_states').select(['user_id', 'last_read_seq']).where('channel_id', '=', to).execute()
    expect(marks).toEqual([{ user_id: ada, last_read_seq: 1 }])
    await post(bola, to, { threadId: root.messageId, alsoInChannel: true })
    const mark = await fixture.db.selectFrom('channel_user_states').select('last_read_seq').where('channel_id', '=', to).where('user_id', '=', bola).executeTakeFirst()
    expect(mark?.last_read_seq).toBe(reply.seq + 2)
  })

  it('refuses each draft by its own fault without failing its neighbours', async () => {
    const outsider = await fixture.aUser(null)
    const guest = await fixture.aUser('guest')
    const bola = await fixture.aUser()
    const hidden = await fixture.aChannel({ members: [ada], kind: 'private' })
    const archived = await fixture.aChannel({ members: [ada], archived: true })
    const elsewhere = await post(ada, await fixture.aChannel({ members: [ada] }))
    const verdicts = await Promise.all([
      post(ada, channel), post(bola, channel), post(bola, hidden), post(outsider, channel), post(guest, channel), post(ada, archived),
      post(ada, newId<ChannelId>()), post(ada, channel, { threadId: newId<MessageId>() }), post(ada, channel, { threadId: elsewhere.messageId }),
      post(ada, channel),
    ])
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      'posted', 'not_in_channel', 'channel_not_found', 'channel_not_found', 'channel_not_found', 'channel_archived',
      'channel_not_found', 'thread_not_found', 'thread_not_found', 'posted',
    ])
  })

  it('lets nobody post whose membership of the workspace was ended', async () => {
    const gone = await fixture.aUser()
    const to = await fixture.aChannel({ members: [gone] })
    await fixture.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', gone).execute()
    expect(await post(gone, to)).toMatchObject({ verdict: 'channel_not_found' })
  })
})

describe('a repeated client_msg_id', () => {
  it('makes one message of fifty concurrent attempts in two processes', async () => {
    const to = await fixture.aChannel({ members: [ada] })
    const other = fixture.anotherQueue()
    const results = await Promise.all(Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? fixture.queue : other).post(fixture.aDraft(ada, to, { clientMsgId: 'same' }))))
    expect(await rowsOf(to)).toHaveLength(1)
    expect(new Set(results.map(({ messageId }) => messageId)).size).toBe(1)
    expect(results.filter(({ verdict }) => verdict === 'posted')).toHaveLength(1)
    expect(results.filter(({ verdict }) => verdict === 'duplicate')).toHaveLength(49)
  })

  it('is a conflict with another body, at once and later, in the same channel and in another', async () => {
    const [one, two] = [await fixture.aChannel({ members: [ada] }), await fixture.aChannel({ members: [ada] })]
    const first = fixture.aDraft(ada, one, { clientMsgId: 'conflict', content: 'one' })
    const second = fixture.aDraft(ada, two, { clientMsgId: 'conflict', content: 'two' })
    const verdicts = (await Promise.all([fixture.queue.post(first), fixture.queue.post(second)])).map(({ verdict }) => verdict)
    expect(verdicts).toEqual(['posted', 'idempotency_conflict'])
    expect(await fixture.anotherQueue().post(second)).toMatchObject({ verdict: 'idempotency_conflict' })
  })

  it('is decided by the unique index when two processes post it to two channels at once', async () => {
    const [one, two] = [await fixture.aChannel({ members: [ada] }), await fixture.aChannel({ members: [ada] })]
    const other = fixture.anotherQueue()
    for (let round = 0; round < 10; round += 1) {
      const fields = { clientMsgId: `crosswise-${round}` }
      const verdicts = await Promise.all([
        fixture.queue.post(fixture.aDraft(ada, one, { ...fields, content: 'one' })),
        other.post(fixture.aDraft(ada, two, { ...fields, content: 'two' })),
      ])
      expect(verdicts.map(({ verdict }) => verdict).toSorted()).toEqual(['idempotency_conflict', 'posted'])
    }
  })

  it('is not spoilt by a first attempt that was refused', async () => {
    const bola = await fixture.aUser()
    const to = await fixture.aChannel({ members: [ada] })
    const draft = fixture.aDraft(bola, to, { clientMsgId: 'again' })
    expect(await fixture.queue.post(draft)).toMatchObject({ verdict: 'not_in_channel' })
    await fixture.db.insertInto('channel_members').values({ channel_id: to, user_id: bola, workspace_id: fixture.workspaceId, from_seq: 0, to_seq: null }).execute()
    expect(await fixture.queue.post(draft)).toMatchObject({ verdict: 'posted' })
  })

  it('is not spoilt by one that is refused at the same time', async () => {
    const [open, hidden] = [await fixture.aChannel({ members: [ada] }), await fixture.aChannel({ members: [], kind: 'private' })]
    const verdicts = await Promise.all([hidden, open].map((to) => post(ada, to, { clientMsgId: 'both' })))
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['channel_not_found', 'posted'])
  })

  it('belongs to its author alone', async () => {
    const bola = await fixture.aUser()
    const to = await fixture.aChannel({ members: [ada, bola] })
    const verdicts = await Promise.all([ada, bola].map((by) => post(by, to, { clientMsgId: 'mine' })))
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['posted', 'posted'])
  })
})

describe('replies', () => {
  it('count on their root, each with a thread_updated of its own, also several in one batch', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => fixture.aUser()))
    const to = await fixture.aChannel({ members: [ada, ...people] })
    const root = await post(ada, to)
    await Promise.all(people.flatMap((by) => [post(by, to, { threadId: root.messageId }), post(by, to, { threadId: root.messageId })]))
    const [row] = await rowsOf(to)
    expect(row).toMatchObject({ reply_count: 24, change_seq: 1 + 48 })
    expect(row?.reply_user_ids).toHaveLength(10)
    const events = await eventsOf(to)
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 49 }, (_, index) => index + 1))
    const updates = events.filter(({ type }) => type === 'thread_updated').map(({ payload }) => JSON.parse(payload) as { reply_count: number })
    expect(updates.map(({ reply_count }) => reply_count)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
  })

  it('to a reply attach to its root: a thread has one level', async () => {
    const to = await fixture.aChannel({ members: [ada] })
    const root = await post(ada, to)
    const reply = await post(ada, to, { threadId: root.messageId })
    expect(await post(ada, to, { threadId: reply.messageId })).toMatchObject({ verdict: 'posted', threadId: root.messageId })
  })

  it('to a deleted message are refused', async () => {
    const to = await fixture.aChannel({ members: [ada] })
    const root = await post(ada, to)
    await fixture.db.updateTable('messages').set({ deleted_at: new Date(), content: '' }).where('id', '=', root.messageId).execute()
    expect(await post(ada, to, { threadId: root.messageId })).toMatchObject({ verdict: 'thread_not_found' })
  })
})

describe('a channel that another transaction holds', () => {
  it('keeps only its own posts waiting', async () => {
    const [held, free] = [await fixture.aChannel({ members: [ada] }), await fixture.aChannel({ members: [ada] })]
    const release = Promise.withResolvers<void>()
    const isHeld = Promise.withResolvers<void>()
    const holding = fixture.transact(actorOf(ada), async ({ tx }) => {
      await lockHeads(tx, [held])
      isHeld.resolve()
      await release.promise
    })
    await isHeld.promise
    let waited = true
    const late = post(ada, held).finally(() => (waited = false))
    const others = await Promise.all(Array.from({ length: 20 }, () => post(ada, free)))
    expect(others.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 20 }, () => 'posted'))
    expect(waited).toBe(true)
    release.resolve()
    await holding
    expect(await late).toMatchObject({ verdict: 'posted', seq: 1 })
  })

  it('has its posts judged by what is true when it is let go, not by what was true while they waited', async () => {
    const bola = await fixture.aUser()
    const to = await fixture.aChannel({ members: [bola], kind: 'private' })
    const isHeld = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const removing = fixture.transact(actorOf(ada), async ({ tx }) => {
      await lockHeads(tx, [to])
      isHeld.resolve()
      await release.promise
      await tx.updateTable('channel_members').set({ to_seq: 1 }).where('channel_id', '=', to).execute()
    })
    await isHeld.promise
    const late = post(bola, to)
    // It waits inside the database, on the connection for such posts, before the removal is committed.
    await waitFor(async () => (await waitingForLock()) > 0, { message: 'the post to wait for the lock' })
    release.resolve()
    await removing
    expect(await late).toMatchObject({ verdict: 'channel_not_found' })
  })
})

async function waitingForLock(): Promise<number> {
  const { waiting } = await fixture.db.selectNoFrom((eb) =>
    eb.selectFrom('pg_stat_activity' as never).select(eb.fn.countAll<number>().as('waiting'))
      .where('wait_event_type' as never, '=', 'Lock' as never).where('datname' as never, '=', new URL(fixture.url).pathname.slice(1) as never).as('waiting'))
    .executeTakeFirstOrThrow() as { waiting: number }
  return waiting
}

describe('any mixture of posts', () => {
  it('keeps seqs and positions gapless, in one order, with every acknowledged post stored once', async () => {
    const people = await Promise.all([0, 1, 2].map(() => fixture.aUser()))
    const channels = await Promise.all([0, 1, 2].map(() => fixture.aChannel({ members: people.slice(0, 2) })))
    const queues = [fixture.queue, fixture.anotherQueue()]
    const anyPost = fc.record({ who: fc.nat(2), where: fc.nat(2), queue: fc.nat(1), key: fc.option(fc.nat(3)), reply: fc.boolean() })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(anyPost, { minLength: 1, maxLength: 40 }), async (posts) => {
        run += 1
        const roots = new Map((await Promise.all(channels.map(async (id) => [id, (await rowsOf(id))[0]?.id] as const))))
        const results = await Promise.all(posts.map(async ({ who, where, queue, key, reply }) => {
          const to = channels[where] as ChannelId
          return queues[queue]?.post(fixture.aDraft(people[who] as UserId, to, {
            clientMsgId: key === null ? null : `${run}-${where}-${key}`, threadId: reply ? (roots.get(to) ?? null) : null, content: `run ${run} ${reply}`,
          }))
        }))
        const posted = results.filter((result) => result?.verdict === 'posted')
        const rows = await fixture.db.selectFrom('messages').select('id').where('content', 'like', `run ${run} %`).execute()
        expect(rows.map(({ id }) => id).toSorted()).toEqual(posted.map((result) => result?.messageId).toSorted())
        for (const id of channels) expect((await eventsOf(id)).map(({ seq }) => seq)).toEqual((await eventsOf(id)).map((_, index) => index + 1))
      }),
      { numRuns: 25 },
    )
    const positions = await fixture.db.selectFrom('events').select('pos').orderBy('pos').execute()
    expect(positions.map(({ pos }) => pos)).toEqual(positions.map((_, index) => index + 1))
  })
})
