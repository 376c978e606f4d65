import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Workspace } from '@afrochat/contracts'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'
import type { MemberChange } from './update-member.ts'

/** Small tables are read whole for good reason. What a table of this size was read by, its statistics tell. */
const BIG = [
  'users', 'workspaces', 'workspace_members', 'workspace_invites', 'workspace_audit', 'channels', 'channel_members', 'channel_user_states', 'stream_heads', 'events',
]

let world: World
let workspace: Workspace, doomed: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser, leaver: TestUser, newcomer: TestUser
let token: string, pendingToken: string

beforeAll(async () => {
  // One connection: its own statistics are what is looked at.
  world = await createWorld({ poolSize: 1 })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  doomed = await world.aWorkspace({ owner })
  ;[alice, bob, leaver] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  newcomer = await world.aUser()
  await world.workspace.openDm(leaver, { workspace_id: workspace.id, user_ids: [alice.userId] })
  await fill()
  ;({ token } = await world.workspace.createInvite(owner, { workspace_id: workspace.id }))
  ;({ token: pendingToken } = await world.workspace.createInvite(alice, { workspace_id: workspace.id }))
})
afterAll(() => world.close())

const of = () => ({ workspace_id: workspace.id })
const setMember = (user: TestUser, change: MemberChange) => world.workspace.updateWorkspaceMember(owner, { ...of(), user_id: user.userId, ...change })

it.each<[string, () => Promise<unknown>]>([
  ['reading the audit log', () => world.workspace.listAuditLog(owner, of())],
  ['what somebody did', () => world.workspace.listAuditLog(owner, { ...of(), actor_id: alice.userId })],
  ['who did a thing', () => world.workspace.listAuditLog(owner, { ...of(), action: 'made_up_7' })],
  ['pending invites', () => world.workspace.listInvites(owner, { ...of(), status: 'pending' })],
  ['one\'s own pending invites', () => world.workspace.listInvites(alice, { ...of(), status: 'pending' })],
  ['making an invite, and revoking it', async () => {
    const { id } = await world.workspace.createInvite(alice, of())
    await world.workspace.revokeInvite(alice, { ...of(), invite_id: id })
  }],
  ['looking at an invite', () => world.workspace.previewInvite(pendingToken)],
  ['accepting an invite', () => world.workspace.acceptInvite(newcomer, token)],
  ['making somebody an admin', () => setMember(bob, { role: 'admin' })],
  ['making somebody a guest', () => setMember(bob, { role: 'guest' })],
  ['making a guest a member', () => setMember(bob, { role: 'member' })],
  ['deactivating somebody', () => world.workspace.deactivateWorkspaceMember(owner, { ...of(), user_id: bob.userId })],
  ['reactivating somebody', () => setMember(bob, { deactivated: false })],
  ['leaving the workspace', () => world.workspace.leaveWorkspace(leaver, workspace.id)],
  ['coming back', () => world.workspace.acceptInvite(leaver, token)],
  ['changing a setting that ends invites', () => world.workspace.updateWorkspace(owner, { workspace_id: doomed.id, settings: { members_may_invite: false } })],
  ['handing the workspace over', () => world.workspace.transferWorkspace(owner, { ...of(), user_id: alice.userId })],
  ['deleting a workspace', () => world.workspace.deleteWorkspace(owner, doomed.id)],
  ['finishing deletions', () => world.workspace.finishDeletions()],
])('%s reads no big table from end to end', async (_name, use) => {
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

/** Two thousand workspaces; in the first one four thousand people, as many channels, invites, and twenty thousand entries in its log. */
async function fill(): Promise<void> {
  const { id } = workspace
  await sql`
    insert into users (id, email, username, display_name)
    select gen_random_uuid(), 'p' || n || '@example.com', 'p' || n, 'Person ' || n from generate_series(1, 8000) n`.execute(world.db)
  await sql`
    insert into workspaces (id, name, slug, owner_id, deleted_at)
    select gen_random_uuid(), 'W', 'w' || n, ${owner.userId}, case when n % 100 = 0 then now() end from generate_series(1, 2000) n`.execute(world.db)
  await sql`
    insert into workspace_members (workspace_id, user_id, role)
    select case when n % 2 = 0 then ${id} else (select w.id from workspaces w where slug = 'w' || (n % 2000)) end, u.id, 'member'
    from (select id, row_number() over () as n from users where username ~ '^p[0-9]+$') u`.execute(world.db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by)
    select gen_random_uuid(), w.id, 'public', 'made-' || n, ${owner.userId} from workspaces w, generate_series(1, 4) n where w.slug ~ '^w[0-9]+$'`.execute(world.db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by)
    select gen_random_uuid(), ${id}, 'public', 'mine-' || n, ${owner.userId} from generate_series(1, 4000) n`.execute(world.db)
  await sql`insert into stream_heads (stream_key, seq) select 'c:' || id, 100 from channels where name like 'made-%' or name like 'mine-%'`.execute(world.db)
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, from_seq)
    select c.id, m.user_id, c.workspace_id, 1 from (select *, row_number() over () as n from channels where name like 'mine-%') c
    join (select user_id, row_number() over () as n from workspace_members where workspace_id = ${id}) m on m.n % 1000 = c.n % 1000`.execute(world.db)
  await sql`
    insert into workspace_invites (id, workspace_id, token_hash, role, max_uses, expires_at, created_by, revoked_at)
    select gen_random_uuid(), ${id}, sha256(('x' || n)::bytea), 'member', 1, now() + interval '1 day', m.user_id, case when n % 3 = 0 then now() end
    from generate_series(1, 4000) n join (select user_id, row_number() over () as k from workspace_members where workspace_id = ${id}) m on m.k = n`.execute(world.db)
  await sql`
    insert into workspace_invites (id, workspace_id, token_hash, role, max_uses, expires_at, created_by)
    select gen_random_uuid(), w.id, sha256((w.slug || n)::bytea), 'member', 1, now() + interval '1 day', w.owner_id
    from workspaces w, generate_series(1, 8) n where w.slug ~ '^w[0-9]+$'`.execute(world.db)
  await sql`update channels c set member_count = (select count(*) from channel_members m where m.channel_id = c.id and m.to_seq is null)`.execute(world.db)
  await sql`
    insert into workspace_audit (workspace_id, number, action, actor_id, created_at, previous_hash, hash)
    select ${id}, 100000 + n, 'made_up_' || n % 50, m.user_id, now(), '', '' from generate_series(1, 20000) n
    join (select user_id, row_number() over () as k from workspace_members where workspace_id = ${id}) m on m.k = n % 500 + 1`.execute(world.db)
  await sql`
    insert into events (shard, pos, stream_key, workspace_id, type, payload)
    select 0, (select max(pos) from events) + n, 'w:filler', null, 'channel_created', '{}' from generate_series(1, 10000) n`.execute(world.db)
  await sql`analyze`.execute(world.db)
}
