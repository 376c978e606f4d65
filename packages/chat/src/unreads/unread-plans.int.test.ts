import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Workspace } from '@afrochat/contracts'
import { connectDatabase, type Db } from '@afrochat/database'
import type { ChannelId, MessageId } from '@afrochat/kernel'
import { createChatWorld, PATIENCE_MS, type ChatWorld, type TestUser } from '@afrochat/test-support'

const CHANNELS = 20_000
const OWN_CHANNELS = 30
const MESSAGES = 100
const OTHERS = 600
/** In each of the own channels. */
const OWN_THREADS = 5

const BIG = ['users', 'workspace_members', 'messages', 'message_mentions', 'thread_subscriptions', 'channels', 'channel_members', 'channel_user_states', 'stream_heads']

let world: ChatWorld
let place: Workspace
let bob: TestUser
let channelId: ChannelId
let rootId: MessageId
beforeAll(async () => {
  // One connection: its own statistics are what is looked at.
  world = await createChatWorld({ poolSize: 1 })
  const alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  bob = await world.aMember({ of: place })
  const db = connectDatabase({ url: world.databaseUrl, poolSize: 1, applicationName: 'filling', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined })
  await sql`set statement_timeout = 0`.execute(db)
  await fill(db, alice)
  await db.destroy()
  const own = await world.db.selectFrom('thread_subscriptions').select(['root_id', 'channel_id']).where('user_id', '=', bob.userId).executeTakeFirstOrThrow()
  ;[channelId, rootId] = [own.channel_id, own.root_id]
})
afterAll(() => world.close())

/** A workspace in which Bob is in few of the channels; in those everything is unread to him. Most of the others are empty. */
async function fill(db: Db, alice: TestUser): Promise<void> {
  await sql`insert into users (id, username, display_name) select gen_random_uuid(), 'p' || n, 'P' from generate_series(1, ${OTHERS}::int) n`.execute(db)
  await sql`insert into users (id, username, display_name) select gen_random_uuid(), 'q' || n, 'Q' from generate_series(1, 8000) n`.execute(db)
  await sql`insert into workspace_members (workspace_id, user_id, role) select ${place.id}, id, 'member' from users where username ~ '^[pq][0-9]+$'`.execute(db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by)
    select gen_random_uuid(), ${place.id}, 'public', 'made-' || n, ${alice.userId} from generate_series(1, ${CHANNELS}::int) n`.execute(db)
  await sql`insert into stream_heads (stream_key, seq) select 'c:' || id, 1000 from channels where name like 'made-%'`.execute(db)
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, from_seq)
    select c.id, u.id, ${place.id}::uuid, 1 from channels c join users u on u.username ~ '^p[0-9]+$' and hashtext(u.id::text || c.id::text) % 600 = 0
    where c.name like 'made-%'
    union all select id, ${bob.userId}::uuid, ${place.id}::uuid, 1 from (select id from channels where name like 'made-%' order by id limit ${OWN_CHANNELS}) own`
    .execute(db)
  await sql`
    insert into channel_user_states (channel_id, user_id, last_read_seq)
    select channel_id, user_id, 1 from channel_members
    union select c.id, u.id, 1 from channels c join users u on u.username ~ '^p[0-9]+$' and hashtext(c.id::text || u.id::text) % 150 = 0 where c.name like 'made-%'
    on conflict do nothing`.execute(db)
  await sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, mention_channel)
    select gen_random_uuid(), ${place.id}, c.id, ${alice.userId}, repeat('hello ', 50), n, n, now(), case when n % 50 = 0 then 'channel' end
    from channels c, generate_series(2, ${MESSAGES + 1}::int) n
    where c.name like 'made-%' and (c.name like '%00' or c.id in (select channel_id from channel_members where user_id = ${bob.userId}))`.execute(db)
  await sql`
    update messages r set thread_id = root.id from messages root
    where r.seq % 2 = 1 and root.channel_id = r.channel_id and root.seq = 2 * (r.seq % ${OWN_THREADS}::int + 1) and r.seq > 20`.execute(db)
  await sql`
    update messages root set reply_count = t.n, last_reply_at = now() - make_interval(secs => root.seq)
    from (select thread_id, count(*) as n from messages where thread_id is not null group by 1) t where t.thread_id = root.id`.execute(db)
  // Many have followed them and left their channels since.
  await sql`
    insert into thread_subscriptions (root_id, user_id, workspace_id, channel_id, following, last_read_seq)
    select r.id, u.id, ${place.id}::uuid, r.channel_id, true, r.seq from messages r, users u
    where r.reply_count > 0 and (u.username ~ '^p[0-9]+$' and hashtext(u.id::text || r.id::text) % 20 = 0
      or u.id = ${bob.userId} and r.channel_id in (select channel_id from channel_members where user_id = ${bob.userId}))`.execute(db)
  await sql`
    insert into message_mentions (channel_id, user_id, seq, message_id, thread_id, in_channel, direct)
    select x.channel_id, m.user_id, x.seq, x.id, x.thread_id, x.thread_id is null, true
    from messages x join channel_members m on m.channel_id = x.channel_id where x.seq % 25 = 0`.execute(db)
  await sql`analyze`.execute(db)
}

interface Cost {
  readonly scanned: string[]
  /** Rows that indexes led to in `messages`. */
  readonly fetched: number
}

async function costOf(use: () => Promise<unknown>): Promise<Cost> {
  const before = await counters()
  await use()
  const after = await counters()
  const change = (table: string, counter: 'seq_scan' | 'idx_tup_fetch') => (after.get(table)?.[counter] ?? 0) - (before.get(table)?.[counter] ?? 0)
  return { scanned: BIG.filter((table) => change(table, 'seq_scan') > 0), fetched: change('messages', 'idx_tup_fetch') }
}

async function counters(): Promise<Map<string, { seq_scan: number; idx_tup_fetch: number }>> {
  await sql`select pg_stat_force_next_flush()`.execute(world.db)
  const { rows } = await sql<{ relname: string; seq_scan: number; idx_tup_fetch: number }>`
    select relname, seq_scan, coalesce(idx_tup_fetch, 0) as idx_tup_fetch from pg_stat_user_tables`.execute(world.db)
  return new Map(rows.map((row) => [row.relname, row]))
}

const mention = (content: string, thread_id: MessageId | null = null) => world.chat.sendMessage(bob, { channel_id: channelId, content, thread_id })

/** All of Bob's channels, roots and replies. Replies are looked at twice: for being unread, and for calling everybody. */
const UNREAD = OWN_CHANNELS * MESSAGES
const THREADS = OWN_CHANNELS * OWN_THREADS

it.each([
  ['the unread counts of a workspace', () => world.chat.getUnreads(bob, place.id), UNREAD * 1.5],
  ['the first screen', () => world.workspace.boot(bob, place.id), UNREAD * 1.5],
  // Each followed root for its time of the last reply; then those of the page, with their replies.
  ['a page of followed threads', () => world.chat.listThreads(bob, { workspace_id: place.id, limit: 10 }), THREADS + 10 * MESSAGES],
  ['a page of channels', () => world.workspace.listChannels(bob, { workspace_id: place.id, limit: 10 }), 11 * MESSAGES * 1.2],
  ['a page of history with its roots', () => world.chat.listMessages(bob, { channel_id: channelId, limit: 20 }), 21 + MESSAGES],
  ['one channel', () => world.workspace.getChannel(bob, channelId), MESSAGES * 1.2],
  ['following a thread', () => world.chat.followThread(bob, rootId), MESSAGES],
  ['marking a thread read', () => world.chat.markThreadRead(bob, { message_id: rootId, seq: 1_000 }), MESSAGES],
  ['marking a channel read', () => world.workspace.markChannelRead(bob, { channel_id: channelId, seq: 1_000 }), 10],
  ['a channel with nothing unread', () => world.workspace.getChannel(bob, channelId), 0],
  ['a message that mentions people, and all who are there', () => mention('@p5, @q77 and @here'), 10],
  ['a reply that mentions somebody', () => mention('@p6', rootId), 10],
  ['marking everything read', () => world.chat.markAllRead(bob, place.id), UNREAD * 5],
  ['the unread counts of a workspace where all is read', () => world.chat.getUnreads(bob, place.id), 10],
] as [string, () => Promise<unknown>, number][])('%s reads no big table from end to end, and no more messages than it counts', async (_name, use, most) => {
  const { scanned, fetched } = await costOf(use)
  expect(scanned).toEqual([])
  expect(fetched).toBeLessThanOrEqual(most)
})
