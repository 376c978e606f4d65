import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { MessageId, Page } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { listReplies } from '../threads/list-replies.ts'
import { getMessage } from './get-message.ts'
import { listChanges } from './list-changes.ts'
import { listMessages } from './list-messages.ts'

const MESSAGES = 24_000
const LIMIT = 50

let world: ChatWorld
let alice: TestUser
let place: Workspace
let channel: Channel
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  channel = await world.aChannel({ in: place, by: alice })
  await fill(await world.aChannel({ in: place, by: alice }), MESSAGES)
  await fill(channel, MESSAGES)
  await sql`analyze messages, reactions, saved_messages, thread_subscriptions`.execute(world.db)
})
afterAll(() => world.close())

/** A long-lived channel: every third message is a reply, the newest thousand are deleted, every twentieth has reactions. */
async function fill({ id, workspace_id }: Channel, count: number): Promise<void> {
  await sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, deleted_at)
    select gen_random_uuid(), ${workspace_id}, ${id}, ${alice.userId}, case when n > ${count} - 1000 then '' else 'message ' || n end,
           n + 10, n + 10, now(), case when n > ${count} - 1000 then now() end
    from generate_series(1, ${count}::int) n`.execute(world.db)
  await sql`
    update messages reply set thread_id = root.id from messages root
    where reply.channel_id = ${id} and reply.seq % 3 = 0 and root.channel_id = ${id} and root.seq = reply.seq - reply.seq % 300 + 1`.execute(world.db)
  await sql`
    insert into reactions (message_id, emoji, user_id, seq, emoji_seq)
    select id, emoji, user_id, seq, seq from messages cross join (values ('👍'), ('🎉')) as e(emoji) where channel_id = ${id} and seq % 20 = 0`.execute(world.db)
  await sql`update messages root set reply_count = 99 where channel_id = ${id} and deleted_at is null and exists (select from messages reply where reply.thread_id = root.id)`.execute(world.db)
  await sql`
    insert into saved_messages (user_id, message_id, workspace_id, channel_id)
    select user_id, id, workspace_id, channel_id from messages where channel_id = ${id} and seq % 2 = 0`.execute(world.db)
  await sql`
    insert into thread_subscriptions (root_id, user_id, workspace_id, channel_id, following, last_read_seq)
    select id, user_id, workspace_id, channel_id, true, 1000000 from messages where channel_id = ${id} and thread_id is null`.execute(world.db)
}

interface Cost {
  readonly scans: number
  readonly messages: number
  readonly reactions: number
}

/** What a read took from the large tables: sequential scans, and rows fetched by indexes. */
async function costOf(read: (db: Db) => Promise<unknown>): Promise<Cost> {
  return world.db.transaction().execute(async (tx) => {
    const before = await countersOf(tx)
    await read(tx)
    const after = await countersOf(tx)
    return { scans: after.scans - before.scans, messages: after.messages - before.messages, reactions: after.reactions - before.reactions }
  })
}

/** The counters of this connection, which run on from what it did before. */
async function countersOf(tx: Db): Promise<Cost> {
  const { rows } = await sql<{ relname: string; scans: number; fetched: number }>`
    select relname, seq_scan as scans, idx_tup_fetch as fetched from pg_stat_xact_user_tables where relname in ('messages', 'reactions', 'saved_messages', 'thread_subscriptions')`.execute(tx)
  const fetchedOf = (name: string) => rows.find(({ relname }) => relname === name)?.fetched ?? 0
  return { scans: rows.reduce((sum, row) => sum + row.scans, 0), messages: fetchedOf('messages'), reactions: fetchedOf('reactions') }
}

describe(`reading a channel of ${MESSAGES} messages`, () => {
  const MIDDLE = MESSAGES / 2
  it.each([
    ['the newest page, a thousand deleted ones before it', {}],
    ['a page before a place', { before: String(MIDDLE) }],
    ['a page after a place', { after: String(MIDDLE) }],
    ['a page around a place', { around: String(MIDDLE) }],
  ])('fetches no more than it shows: %s', async (_name, query) => {
    const cost = await costOf((db) => listMessages({ db }, alice, { channel_id: channel.id, limit: LIMIT, ...query }))
    expect(cost.scans).toBe(0)
    expect(cost.messages).toBeLessThanOrEqual(LIMIT + 2)
    expect(cost.reactions).toBeLessThanOrEqual(LIMIT)
  })

  it.each<[string, (db: Db) => Promise<Page<Message>>]>([
    ['before a place', (db) => listMessages({ db }, alice, { channel_id: channel.id, before: String(MIDDLE) })],
    ['after a place', (db) => listMessages({ db }, alice, { channel_id: channel.id, after: String(MIDDLE) })],
    ['around a place', (db) => listMessages({ db }, alice, { channel_id: channel.id, around: String(MIDDLE) })],
    ['changes', (db) => listChanges({ db }, alice, { channel_id: channel.id, since: MIDDLE })],
    ['changes by a cursor', async (db) => {
      const { next_cursor } = await listChanges(world, alice, { channel_id: channel.id, since: MIDDLE })
      return listChanges({ db }, alice, { channel_id: channel.id, since: MIDDLE, cursor: next_cursor ?? '' })
    }],
  ])('fetches no more than it shows by the plan that its connection keeps, which was made for no page in particular: %s', async (_name, read) => {
    await world.db.transaction().execute(async (tx) => {
      // From the sixth time on PostgreSQL may take the plan that it keeps.
      for (let time = 0; time < 8; time += 1) await read(tx)
      const before = await countersOf(tx)
      await read(tx)
      const after = await countersOf(tx)
      expect(after.scans).toBe(before.scans)
      expect(after.messages - before.messages).toBeGreaterThanOrEqual(LIMIT)
      expect(after.messages - before.messages).toBeLessThanOrEqual(LIMIT + 3)
    })
  })

  it('fetches no more than it shows: changes, from the beginning and by a cursor', async () => {
    const since = MIDDLE
    const { next_cursor } = await listChanges(world, alice, { channel_id: channel.id, since, limit: LIMIT })
    for (const from of [{}, { cursor: next_cursor ?? '' }]) {
      const cost = await costOf((db) => listChanges({ db }, alice, { channel_id: channel.id, since, limit: LIMIT, ...from }))
      expect(cost.scans).toBe(0)
      // One more to know that no other has the same change_seq, and one that the cursor stands on.
      expect(cost.messages).toBeLessThanOrEqual(LIMIT + 3)
    }
  })

  it('fetches no more than it shows: a message and its replies', async () => {
    const root = await aRoot()
    expect(await costOf((db) => getMessage({ db }, alice, root))).toMatchObject({ scans: 0, messages: 1 })
    // One more for the message itself, by which the caller's right is found.
    expect(await costOf((db) => listReplies({ db }, alice, { message_id: root, limit: LIMIT }))).toMatchObject({ scans: 0, messages: LIMIT + 2 })
  })

  it('asks as often for a large page as for a small one, whatever is saved, followed and quoted in it', async () => {
    const elsewhere = await world.aChannel({ in: place, by: alice })
    const quoted = await world.aMessage({ in: elsewhere, by: alice, content: 'quoted' })
    await world.db.updateTable('messages').set({ quoted_message_ids: [quoted.id] }).where('channel_id', '=', channel.id).where('deleted_at', 'is', null).execute()
    for (const limit of [5, 200]) {
      let queries = 0
      const counting = world.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          queries += 1
          return result
        },
      })
      const { items } = await listMessages({ db: counting }, alice, { channel_id: channel.id, limit })
      expect(items.map(({ quotes }) => quotes.length)).toEqual(Array.from({ length: limit }, () => 1))
      expect(items.some(({ saved }) => saved)).toBe(true)
      // The caller's standing in the channel, the page, what it quotes, and their standing where that is.
      expect(queries).toBe(4)
    }
  })

  const aRoot = async (): Promise<MessageId> => {
    const row = await world.db.selectFrom('messages').select('id').where('channel_id', '=', channel.id).where('seq', '=', 301).executeTakeFirstOrThrow()
    return row.id
  }
})
