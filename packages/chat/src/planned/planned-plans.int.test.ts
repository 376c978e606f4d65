import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Channel, Reminder, ScheduledMessage, Workspace } from '@afrochat/contracts'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { aWork, inMinutes } from '../testing/work.ts'

/** Small tables are read whole for good reason. What a table of this size was read by, its statistics tell. */
const BIG = [
  'scheduled_messages', 'reminders', 'messages', 'events', 'users', 'saved_messages', 'drafts', 'message_mentions', 'thread_subscriptions', 'channel_user_states', 'channels',
]

let world: ChatWorld
let workspace: Workspace
let alice: TestUser, leaver: TestUser
let room: Channel, doomed: Channel
let scheduled: ScheduledMessage, due: ScheduledMessage
let reminder: Reminder, reminding: Reminder

beforeAll(async () => {
  // One connection each: its own statistics are what is looked at.
  world = await createChatWorld({ poolSize: 1 })
  const owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, leaver] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  ;[room, doomed] = [await world.aChannel({ in: workspace, by: alice }), await world.aChannel({ in: workspace, by: owner })]
  const plan = { workspace_id: workspace.id, channel_id: room.id, content: 'later' }
  scheduled = await world.chat.scheduleMessage(alice, { ...plan, send_at: inMinutes(9) })
  due = await world.chat.scheduleMessage(alice, { ...plan, send_at: inMinutes(9) })
  ;[reminder, reminding] = [await remind(), await remind()]
  await fill()
  await world.workspace.deleteChannel(owner, doomed.id)
})
afterAll(() => world.close())

const remind = () => world.chat.createReminder(alice, { workspace_id: workspace.id, content: 'tea', remind_at: inMinutes(9) })
const make = () => world.chat.scheduleMessage(alice, { workspace_id: workspace.id, channel_id: room.id, content: 'x', send_at: inMinutes(20) })
const ofScheduled = () => ({ workspace_id: workspace.id, scheduled_message_id: scheduled.id })
const ofReminder = () => ({ workspace_id: workspace.id, reminder_id: reminder.id })
const work = () => aWork(world)
const job = { requestId: 'job-1', signal: new AbortController().signal }

it.each([
  ['scheduleMessage', () => make()],
  ['updateScheduledMessage', () => world.chat.updateScheduledMessage(alice, { ...ofScheduled(), send_at: inMinutes(30) })],
  ['listScheduledMessages', () => world.chat.listScheduledMessages(alice, { workspace_id: workspace.id, limit: 5 })],
  ['listScheduledMessages, pending', () => world.chat.listScheduledMessages(alice, { workspace_id: workspace.id, status: 'pending', limit: 5 })],
  ['cancelScheduledMessage', () => world.chat.cancelScheduledMessage(alice, ofScheduled())],
  ['sendScheduledMessage', async () => {
    await world.db.updateTable('scheduled_messages').set({ send_at: new Date() }).where('id', '=', due.id).execute()
    await work().sendScheduledMessage({ id: due.id, ...job })
  }],
  ['createReminder', () => remind()],
  ['listReminders', () => world.chat.listReminders(alice, { workspace_id: workspace.id, limit: 5 })],
  ['listReminders, pending', () => world.chat.listReminders(alice, { workspace_id: workspace.id, status: 'pending', limit: 5 })],
  ['updateReminder', () => world.chat.updateReminder(alice, { ...ofReminder(), completed: true })],
  ['fireReminder', async () => {
    await world.db.updateTable('reminders').set({ remind_at: new Date() }).where('id', '=', reminding.id).execute()
    await work().fireReminder({ id: reminding.id, ...job })
  }],
  ['what is due', async () => {
    for await (const page of work().listDue(10_000)) expect(page.length).toBeLessThan(20)
  }],
  ['leaving a workspace, with what was planned in it', () => world.workspace.leaveWorkspace(leaver, workspace.id)],
  ['removing what is done with', () => work().removeDonePlans()],
  ['what is to be purged', () => work().listUnpurged(100)],
  ['purging a channel', () => work().purgeChannel({ channelId: doomed.id, ...job })],
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

/** Ten thousand plans of two hundred people in two hundred channels, of every state, and what hangs on as many messages. */
async function fill(): Promise<void> {
  await sql`
    insert into users (id, email, username, display_name) select gen_random_uuid(), 'p' || n || '@example.com', 'p' || n, 'P ' || n from generate_series(1, 5000) n`
    .execute(world.db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by, deleted_at, purged_at)
    select gen_random_uuid(), ${workspace.id}, 'public', 'made-' || n, ${alice.userId}, case when n % 2 = 0 then now() end, case when n % 2 = 0 then now() end
    from generate_series(1, 5000) n`.execute(world.db)
  await sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at)
    select gen_random_uuid(), c.workspace_id, c.id, ${alice.userId}, 'hello', n, n, now() from channels c, generate_series(100000, 100009) n`.execute(world.db)
  const people = sql`(select id, row_number() over () as k from users)`
  await sql`
    insert into scheduled_messages (id, workspace_id, channel_id, user_id, content, send_at, status, updated_at)
    select gen_random_uuid(), ${workspace.id}, c.id, u.id, 'x', now() + make_interval(hours => (n % 2000)::int + 1), (array['pending', 'sent', 'failed', 'cancelled'])[n % 4 + 1],
           now() - make_interval(days => case when n % 400 = 1 then 31 else 1 end)
    from (select id, row_number() over () as at from channels limit 200) c join generate_series(1, 10000) n on n % 200 = c.at % 200 join ${people} u on u.k = n % 200 + 1`
    .execute(world.db)
  await sql`
    insert into reminders (id, workspace_id, user_id, content, remind_at, status, updated_at)
    select gen_random_uuid(), ${workspace.id}, u.id, 'x', now() + make_interval(hours => (n % 2000)::int + 1), (array['pending', 'fired', 'completed', 'cancelled'])[n % 4 + 1],
           now() - make_interval(days => case when n % 400 = 2 then 31 else 1 end)
    from generate_series(1, 10000) n join ${people} u on u.k = n % 200 + 1`.execute(world.db)
  await sql`insert into channel_user_states (channel_id, user_id) select id, ${alice.userId} from channels on conflict do nothing`.execute(world.db)
  for (const table of ['saved_messages', 'thread_subscriptions', 'message_mentions'] as const) {
    const columns = {
      saved_messages: sql`(user_id, message_id, workspace_id, channel_id) select ${alice.userId}, id, workspace_id, channel_id`,
      thread_subscriptions: sql`(root_id, user_id, workspace_id, channel_id, following) select id, ${alice.userId}, workspace_id, channel_id, true`,
      message_mentions: sql`(channel_id, user_id, seq, message_id, in_channel, direct) select channel_id, ${alice.userId}, seq, id, true, true`,
    }[table]
    await sql`insert into ${sql.table(table)} ${columns} from messages where content = 'hello' and seq < 100003`.execute(world.db)
  }
  await sql`
    insert into drafts (id, user_id, workspace_id, channel_id, content, version) select gen_random_uuid(), user_id, ${workspace.id}, channel_id, 'x', 1 from channel_user_states`
    .execute(world.db)
  await sql`
    insert into events (shard, pos, stream_key, type, payload)
    select 0, (select max(pos) from events) + n, 'w:filler', 'channel_created', '{}' from generate_series(1, 100000) n`.execute(world.db)
  await sql`analyze`.execute(world.db)
}
