import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { announceUser, clearExpiredStatuses, deactivateAccount, lockOwnAccount } from '@afrochat/auth'
import type { Workspace } from '@afrochat/contracts'
import { newId, type GroupId } from '@afrochat/kernel'
import type { TestUser } from '@afrochat/test-support'
import { findMentionedGroups } from './groups/mentioned-groups.repository.ts'
import { createPictureWorld, PICTURE, type PictureWorld } from './images/images-fixture.ts'
import { removeUnusedImages } from './images/remove-unused-images.ts'

/** Small tables are read whole for good reason. What a table of this size was read by, its statistics tell. */
const BIG = ['users', 'workspaces', 'workspace_members', 'channel_members', 'user_groups', 'user_group_members', 'images', 'custom_emoji']

let world: PictureWorld
let acme: Workspace
let owner: TestUser, ada: TestUser, leaving: TestUser
beforeAll(async () => {
  // One connection: its own statistics are what is looked at.
  world = await createPictureWorld({ poolSize: 1 })
  owner = await world.aUser()
  acme = await world.aWorkspace({ owner })
  ;[ada, leaving] = [await world.aMember({ of: acme }), await world.aMember({ of: acme })]
  await fill()
})
afterAll(() => world.close())

const place = () => ({ workspace_id: acme.id })
const aGroup = async () => {
  const { items: [group] } = await world.workspace.listGroups(owner, { ...place(), limit: 1 })
  if (group === undefined) throw new Error('There are groups')
  return group
}

it.each<[string, () => Promise<unknown>]>([
  ['announcing a person', () => world.transact(ada, async (uow) => announceUser(uow, await lockOwnAccount(uow.tx, ada)))],
  ['clearing statuses that have expired', () => clearExpiredStatuses(world)],
  ['ending an account', () => deactivateAccount(world, { userId: null, requestId: null }, leaving.userId)],
  ['setting an avatar', () => world.images.setAvatar(ada, PICTURE)],
  ['replacing an avatar', () => world.images.setAvatar(ada, PICTURE)],
  ['setting an icon, twice', async () => [await world.images.setIcon(owner, { ...place(), bytes: PICTURE }), await world.images.removeIcon(owner, acme.id)]],
  ['listing emoji', () => world.workspace.listEmoji(ada, place())],
  ['adding and removing an emoji', async () => {
    await world.images.setEmoji(ada, { ...place(), name: 'parrot_of_mine', bytes: PICTURE })
    await world.workspace.deleteEmoji(ada, { ...place(), name: 'parrot_of_mine' })
  }],
  ['listing groups', () => world.workspace.listGroups(ada, place())],
  ['making a group', () => world.workspace.createGroup(owner, { ...place(), handle: 'made', name: 'Made', user_ids: [ada.userId] })],
  ['changing a group', async () => world.workspace.updateGroup(owner, { ...place(), group_id: (await aGroup()).id, user_ids: [ada.userId], handle: 'changed' })],
  ['removing a group', async () => world.workspace.deleteGroup(owner, { ...place(), group_id: (await aGroup()).id })],
  ['finding whom groups mention', async () => findMentionedGroups(world.db, acme.id, { handles: ['group-7', 'group-8'], ids: [(await aGroup()).id, newId<GroupId>()] })],
  ['the first screen', () => world.workspace.boot(ada, acme.id)],
])('%s reads no big table from end to end', async (_name, use) => {
  const before = await sequentialScans()
  await use()
  const after = await sequentialScans()
  expect(BIG.filter((table) => (after.get(table) ?? 0) > (before.get(table) ?? 0))).toEqual([])
})

it('pictures that nothing shows are found by their indexes, however many are shown', async () => {
  const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select i.name from images i where i.created_at < now() and not exists (
    select from users u where u.avatar_image = i.name) limit 100`.execute(world.db)
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/users_avatar_image_idx/)
  expect(await removeUnusedImages(world)).toBe(0)
})

async function sequentialScans(): Promise<Map<string, number>> {
  await sql`select pg_stat_force_next_flush()`.execute(world.db)
  const { rows } = await sql<{ relname: string; seq_scan: number }>`select relname, seq_scan from pg_stat_user_tables`.execute(world.db)
  return new Map(rows.map(({ relname, seq_scan }) => [relname, seq_scan]))
}

/** Thousands of people in the workspace, hundreds of them guests; channels, groups and emoji of theirs; and as many of other workspaces. */
async function fill(): Promise<void> {
  const { db } = world
  await sql`insert into workspaces (id, name, slug, owner_id) select gen_random_uuid(), 'W', 'w' || n, ${owner.userId} from generate_series(1, 2000) n`.execute(db)
  await sql`
    insert into users (id, username, display_name, status_text, status_expires_at)
    select gen_random_uuid(), 'p' || n, 'Person ' || n, 'busy', case when n % 500 = 0 then now() else now() + interval '1 day' end
    from generate_series(1, 12000) n`.execute(db)
  await sql`analyze users, workspaces`.execute(db)
  await sql`
    insert into workspace_members (workspace_id, user_id, role)
    select case when u.n % 3 = 0 then ${acme.id}::uuid else w.id end, u.id, case when u.n % 30 = 0 then 'guest' else 'member' end
    from (select id, row_number() over (order by id) as n from users where username ~ '^p[0-9]+$') u
    join (select id, row_number() over (order by id) as n from workspaces where slug ~ '^w[0-9]+$') w on w.n = u.n % 2000 + 1`.execute(db)
  await sql`
    insert into channels (id, workspace_id, kind, name, created_by)
    select gen_random_uuid(), ${acme.id}, 'public', 'made-' || n, ${owner.userId} from generate_series(1, 2000) n`.execute(db)
  await sql`analyze workspace_members, channels`.execute(db)
  await sql`insert into stream_heads (stream_key, seq) select 'c:' || id, 100 from channels where name like 'made-%'`.execute(db)
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, from_seq)
    select c.id, m.user_id, m.workspace_id, 1 from (select id, row_number() over () as n from channels where name like 'made-%') c
    join (select *, row_number() over () as n from workspace_members where workspace_id = ${acme.id} and user_id not in (${ada.userId}, ${leaving.userId})) m
      on m.n % 200 = c.n % 200`.execute(db)
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, from_seq)
    select c.id, u.id, ${acme.id}, 2 from channels c, unnest(array[${ada.userId}, ${leaving.userId}]::uuid[]) u(id) where c.name like 'made-%00'`.execute(db)
  await sql`update channels set member_count = (select count(*) from channel_members m where m.channel_id = channels.id) where name like 'made-%'`.execute(db)
  await sql`
    insert into user_groups (id, workspace_id, handle, name, created_by)
    select gen_random_uuid(), w.id, 'group-' || n, 'Group', ${owner.userId}
    from (select id from workspaces where id = ${acme.id} union all (select id from workspaces where slug ~ '^w[0-9]+$' limit 20)) w, generate_series(1, 200) n`.execute(db)
  await sql`
    insert into user_group_members (group_id, user_id)
    select g.id, m.user_id from user_groups g
    join (select *, row_number() over (partition by workspace_id order by user_id) as n from workspace_members) m on m.workspace_id = g.workspace_id and m.n <= 20`
    .execute(db)
  await sql`
    insert into images (name, content_type, bytes, width, height) select md5(n::text), 'image/webp', 'x', 1, 1 from generate_series(1, 12000) n`.execute(db)
  await sql`
    insert into custom_emoji (workspace_id, name, image_name, created_by)
    select case when n % 24 = 0 then ${acme.id}::uuid else (select id from workspaces where slug = 'w' || n % 2000 + 1) end, 'emoji_' || n, md5(n::text), ${owner.userId}
    from generate_series(1, 6000) n`.execute(db)
  await sql`update users set avatar_image = md5((6000 + substr(username, 2)::int)::text) where username ~ '^p[0-9]{1,4}$' and substr(username, 2)::int <= 6000`.execute(db)
  await sql`analyze`.execute(db)
}
