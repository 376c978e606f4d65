import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

/** Small tables are read whole for good reason. What a table of this size was read by, its statistics tell. */
const BIG = [
  'messages', 'message_revisions', 'reactions', 'message_mentions', 'thread_subscriptions', 'saved_messages', 'drafts', 'users', 'channels', 'channel_members',
  'stream_heads', 'events', 'custom_emoji',
]

let world: ChatWorld
let place: Workspace
let alice: TestUser
let room: Channel
let root: Message
let reply: Message
beforeAll(async () => {
  // One connection: its own statistics are what is looked at.
  world = await createChatWorld({ poolSize: 1 })
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  room = await world.aChannel({ in: place, by: alice })
  await fill()
  root = await world.aMessage({ in: room, by: alice, content: 'root' })
  reply = await world.aMessage({ in: room, by: alice, content: 'reply', thread_id: root.id })
})
afterAll(() => world.close())

const ofRoom = () => ({ channel_id: room.id })
const more = () => world.aMessage({ in: room, by: alice })

it.each([
  ['editMessage', () => world.chat.editMessage(alice, { message_id: root.id, content: `<@${alice.userId}> again` })],
  ['listRevisions', () => world.chat.listRevisions(alice, { message_id: root.id })],
  ['getPermalink', () => world.chat.getPermalink(alice, root.id)],
  ['getMessage, quoting', async () => {
    const { permalink } = await world.chat.getPermalink(alice, root.id)
    await world.chat.getMessage(alice, (await world.aMessage({ in: room, by: alice, content: permalink })).id)
  }],
  ['addReaction', () => world.chat.addReaction(alice, { message_id: root.id, emoji: '👍' })],
  ['addReaction, of the workspace’s own', () => world.chat.addReaction(alice, { message_id: root.id, emoji: 'own_7' })],
  ['removeReaction', () => world.chat.removeReaction(alice, { message_id: root.id, emoji: '👍' })],
  ['pinMessage', () => world.chat.pinMessage(alice, root.id)],
  ['listPins', () => world.chat.listPins(alice, { ...ofRoom(), limit: 5 })],
  ['unpinMessage', () => world.chat.unpinMessage(alice, root.id)],
  ['lockThread', () => world.chat.lockThread(alice, root.id)],
  ['unlockThread', () => world.chat.unlockThread(alice, root.id)],
  ['saveMessage', () => world.chat.saveMessage(alice, root.id)],
  ['listSaved', () => world.chat.listSaved(alice, { limit: 5 })],
  ['unsaveMessage', () => world.chat.unsaveMessage(alice, root.id)],
  ['saveDraft', () => world.chat.saveDraft(alice, { ...ofRoom(), content: 'x' })],
  ['saveDraft, of a thread', () => world.chat.saveDraft(alice, { ...ofRoom(), thread_id: root.id, content: 'x' })],
  ['getDraft', () => world.chat.getDraft(alice, ofRoom())],
  ['removeDraft', () => world.chat.removeDraft(alice, ofRoom())],
  ['deleteMessage, a reply', () => world.chat.deleteMessage(alice, reply.id)],
  ['deleteMessage, a root', () => world.chat.deleteMessage(alice, root.id)],
  ['bulkDeleteMessages', async () => world.chat.bulkDeleteMessages(alice, { ...ofRoom(), message_ids: [(await more()).id, (await more()).id] })],
] as [string, () => Promise<unknown>][])('%s reads no big table from end to end', async (_name, use) => {
  const before = await sequentialScans()
  await use()
  const after = await sequentialScans()
  expect(BIG.filter((table) => (after.get(table) ?? 0) > (before.get(table) ?? 0))).toEqual([])
})

async function sequentialScans(): Promise<Map<string, number>> {
  await sql`select pg_stat_force_next_flush()`.execute(world.db)
  const { rows } = await sql<{ relname: string; seq_scan: number }>`select relname, seq_scan from pg_stat_user_tables`.execute(world.db)
  return new Map(rows.map(({ relname, seq_scan }) => [relname, seq_scan]))
}

/** Four thousand people who each have kept something, in two thousand channels; fifty thousand messages with earlier texts and reactions. */
async function fill(): Promise<void> {
  const { db } = world
  await sql`insert into users (id, username, display_name) select gen_random_uuid(), 'p' || n, 'P' from generate_series(1, 4000) n`.execute(db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by)
    select gen_random_uuid(), ${place.id}, 'public', 'made-' || n, ${alice.userId} from generate_series(1, 2000) n`.execute(db)
  await sql`insert into stream_heads (stream_key, seq) select 'c:' || id, 100 from channels where name like 'made-%'`.execute(db)
  await sql`analyze users, channels`.execute(db)
  await sql`
    with rooms as materialized (select id, row_number() over () as n from channels where name like 'made-%'),
    people as materialized (select id, row_number() over () as n from users where username ~ '^p[0-9]'),
    seats as materialized (select id, (n * 8 + seat) % 4000 + 1 as person from rooms, generate_series(1, 8) seat)
    insert into channel_members (channel_id, user_id, workspace_id, from_seq)
    select seats.id, people.id, ${place.id}, 1 from seats join people on people.n = seats.person`.execute(db)
  await sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, pinned_at, pinned_by)
    select gen_random_uuid(), ${place.id}, c.id, ${alice.userId}, 'm', n, n, now(), case when n = 7 then now() end, case when n = 7 then ${alice.userId}::uuid end
    from channels c, generate_series(1, 25) n where c.name like 'made-%'`.execute(db)
  await sql`insert into message_revisions (message_id, change_seq, content, editor_id) select id, 1, 'was', user_id from messages`.execute(db)
  await sql`insert into reactions (message_id, emoji, user_id) select id, '👍', user_id from messages where seq % 2 = 0`.execute(db)
  await sql`
    insert into message_mentions (channel_id, user_id, seq, message_id, in_channel, direct)
    select m.channel_id, c.user_id, m.seq, m.id, true, true from messages m join channel_members c on c.channel_id = m.channel_id where m.seq = 5`.execute(db)
  const kept = sql`from messages m join channel_members c on c.channel_id = m.channel_id where m.seq = 3`
  await sql`insert into thread_subscriptions (root_id, user_id, workspace_id, channel_id, following) select m.id, c.user_id, ${place.id}, m.channel_id, true ${kept}`.execute(db)
  await sql`insert into saved_messages (user_id, message_id, workspace_id, channel_id) select c.user_id, m.id, ${place.id}, m.channel_id ${kept}`.execute(db)
  await sql`
    insert into drafts (id, user_id, workspace_id, channel_id, thread_id, content, version)
    select gen_random_uuid(), c.user_id, ${place.id}, m.channel_id, m.id, 'draft', 1 ${kept}`.execute(db)
  await sql`insert into images (name, content_type, bytes, width, height) values ('i', 'image/png', '', 1, 1)`.execute(db)
  await sql`
    insert into custom_emoji (workspace_id, name, image_name, created_by) select ${place.id}, 'own_' || n, 'i', ${alice.userId} from generate_series(1, 3000) n`.execute(db)
  await sql`
    insert into events (shard, pos, stream_key, workspace_id, type, payload)
    select 0, (select max(pos) from events) + n, 'w:filler', null, 'channel_created', '{}' from generate_series(1, 10000) n`.execute(db)
  await sql`analyze`.execute(db)
}
