import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { ChannelId, WorkspaceId } from '@afrochat/kernel'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'

/** Small tables are read whole for good reason. What a table of this size was read by, its statistics tell. */
const BIG = ['users', 'workspace_members', 'workspace_invites', 'channels', 'channel_members', 'channel_user_states', 'messages', 'stream_heads', 'events']

let world: World
let owner: TestUser, alice: TestUser, guest: TestUser
let workspaceId: WorkspaceId
let channelId: ChannelId
let otherId: ChannelId

beforeAll(async () => {
  // One connection: its own statistics are what is looked at.
  world = await createWorld({ poolSize: 1 })
  owner = await world.aUser()
  const workspace = await world.aWorkspace({ owner })
  workspaceId = workspace.id
  alice = await world.aMember({ of: workspace })
  const room = await world.aChannel({ in: workspace, by: alice })
  channelId = room.id
  otherId = (await world.aChannel({ in: workspace, by: owner })).id
  guest = await world.aMember({ of: workspace, role: 'guest', channels: [room] })
  await fill(alice, workspaceId)
})
afterAll(() => world.close())

it.each([
  ['listWorkspaces', () => world.workspace.listWorkspaces(alice, {})],
  ['getWorkspaceBySlug', () => world.workspace.getWorkspaceBySlug(alice, 'acme')],
  ['listWorkspaceMembers', () => world.workspace.listWorkspaceMembers(alice, { workspace_id: workspaceId })],
  ['listInvites, own', () => world.workspace.listInvites(alice, { workspace_id: workspaceId })],
  ['listChannels, mine', () => world.workspace.listChannels(alice, { workspace_id: workspaceId, filter: 'mine' })],
  ['listChannels, browse', () => world.workspace.listChannels(alice, { workspace_id: workspaceId, filter: 'browse' })],
  ['listChannels, browse, as a guest', () => world.workspace.listChannels(guest, { workspace_id: workspaceId, filter: 'browse' })],
  ['listChannels, archived', () => world.workspace.listChannels(alice, { workspace_id: workspaceId, filter: 'archived' })],
  ['getChannel', () => world.workspace.getChannel(alice, channelId)],
  ['listChannelMembers', () => world.workspace.listChannelMembers(alice, { channel_id: channelId })],
  ['addChannelMembers', () => world.workspace.addChannelMembers(alice, { channel_id: channelId, user_ids: [guest.userId] })],
  ['joinChannel', () => world.workspace.joinChannel(alice, otherId)],
  ['updateChannel', () => world.workspace.updateChannel(alice, { channel_id: channelId, topic: 'Plans', name: 'planned' })],
  ['setChannelPreferences', () => world.workspace.setChannelPreferences(alice, { channel_id: channelId, muted: true })],
  ['openDm, new', () => world.workspace.openDm(alice, { workspace_id: workspaceId, user_ids: [guest.userId] })],
  ['openDm, known', () => world.workspace.openDm(alice, { workspace_id: workspaceId, user_ids: [guest.userId] })],
  ['openDm, of a guest', () => world.workspace.openDm(guest, { workspace_id: workspaceId, user_ids: [guest.userId, alice.userId] })],
  ['readSubscriptions', () => world.workspace.readSubscriptions(alice.userId, [0])],
  ['listPlaces', () => world.workspace.listPlaces(alice.userId)],
  ['deleteChannel', () => world.workspace.deleteChannel(owner, otherId)],
  ['archiveChannel', () => world.workspace.archiveChannel(alice, channelId)],
  ['boot, of a guest', () => world.workspace.boot(guest, workspaceId)],
  ['boot', () => world.workspace.boot(alice, workspaceId)],
] as [string, () => Promise<unknown>][])('%s reads no big table from end to end', async (_name, use) => {
  const before = await sequentialScans()
  await use()
  const after = await sequentialScans()
  const scanned = BIG.filter((table) => (after.get(table) ?? 0) > (before.get(table) ?? 0))
  expect(scanned).toEqual([])
})

async function sequentialScans(): Promise<Map<string, number>> {
  await sql`select pg_stat_force_next_flush()`.execute(world.db)
  const { rows } = await sql<{ relname: string; seq_scan: number }>`select relname, seq_scan from pg_stat_user_tables`.execute(world.db)
  return new Map(rows.map(({ relname, seq_scan }) => [relname, seq_scan]))
}

/** Three workspaces of four thousand people and as many channels of eight, some hers; fifty messages in every tenth channel. */
async function fill({ userId }: TestUser, home: WorkspaceId): Promise<void> {
  await sql`
    insert into users (id, email, username, display_name)
    select gen_random_uuid(), 'p' || n || '@example.com', 'p' || n, 'Person ' || n from generate_series(1, 12000) n`.execute(world.db)
  await sql`
    insert into workspaces (id, name, slug, owner_id) select gen_random_uuid(), 'W', 'w' || n, ${userId} from generate_series(1, 2) n`.execute(world.db)
  await sql`
    insert into workspace_members (workspace_id, user_id, role)
    select w.id, u.id, 'member' from (select id, row_number() over (order by id = ${home} desc, id) - 1 as n from workspaces) w
    join (select id, row_number() over (order by id) as n from users where username ~ '^p[0-9]+$') u on u.n % 3 = w.n`.execute(world.db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by, archived_at)
    select gen_random_uuid(), w.id, case when n % 3 = 0 then 'private' else 'public' end, 'made-' || n, ${userId}, case when n % 20 = 0 then now() end
    from workspaces w, generate_series(1, 4000) n`.execute(world.db)
  await sql`insert into stream_heads (stream_key, seq) select 'c:' || id, 100 from channels where name like 'made-%'`.execute(world.db)
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, from_seq, to_seq)
    select c.id, u.id, c.workspace_id, 1, case when (u.n + c.n) % 7 = 0 then 2 end
    from (select *, row_number() over () as n from channels where name like 'made-%') c
    join (select user_id as id, workspace_id, row_number() over () as n from workspace_members where user_id <> ${userId}) u
      on u.workspace_id = c.workspace_id and u.n % 500 = c.n % 500`.execute(world.db)
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, from_seq)
    select id, ${userId}, workspace_id, 1 from channels where workspace_id = ${home} and name like 'made-%00'`.execute(world.db)
  await sql`insert into channel_user_states (channel_id, user_id, last_read_seq) select channel_id, user_id, 90 from channel_members on conflict do nothing`
    .execute(world.db)
  await sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, mention_user_ids)
    select gen_random_uuid(), c.workspace_id, c.id, c.created_by, 'hello', n, n, now(), case when n % 10 = 0 then array[${userId}::uuid] else '{}' end
    from channels c, generate_series(51, 100) n where c.name like 'made-%0'`.execute(world.db)
  await sql`
    insert into workspace_invites (id, workspace_id, token_hash, role, max_uses, expires_at, created_by)
    select gen_random_uuid(), w.id, sha256((w.id::text || n)::bytea), 'member', 1, now(), w.owner_id from workspaces w, generate_series(1, 1000) n`.execute(world.db)
  await sql`
    insert into events (shard, pos, stream_key, workspace_id, type, payload)
    select 0, (select max(pos) from events) + n, 'w:filler', null, 'channel_created', '{}' from generate_series(1, 10000) n`.execute(world.db)
  await sql`analyze`.execute(world.db)
}
