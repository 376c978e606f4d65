import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Group, Workspace } from '@afrochat/contracts'
import { newId, type GroupId, type UserId } from '@afrochat/kernel'
import { createWorld, replay, type Replayed, type TestUser, type World } from '@afrochat/test-support'
import type { UpdateGroup } from './update-group.ts'
import { MAX_GROUPS, type CreateGroup } from './create-group.ts'
import { findMentionedGroups } from './mentioned-groups.repository.ts'

let world: World
let acme: Workspace
let owner: TestUser, ada: TestUser, bob: TestUser, guest: TestUser
beforeAll(async () => {
  world = await createWorld({ poolSize: 25 })
})
/** A workspace of its own for each test: what a group may hold, its groups say. */
beforeEach(async () => {
  owner = await world.aUser()
  acme = await world.aWorkspace({ owner })
  ;[ada, bob] = [await world.aMember({ of: acme }), await world.aMember({ of: acme })]
  const room = await world.aChannel({ in: acme, by: ada })
  guest = await world.aMember({ of: acme, role: 'guest', channels: [room] })
})
afterAll(() => world.close())

const refused = (code: string, kind?: string): unknown => expect.objectContaining({ name: 'DomainError', code, ...(kind !== undefined && { kind }) })
const idsOf = (...people: TestUser[]): UserId[] => people.map(({ userId }) => userId).toSorted()
let made = 0
const create = (input: Partial<CreateGroup> = {}, by = owner) => {
  made += 1
  return world.workspace.createGroup(by, { workspace_id: acme.id, handle: `group-${made}`, name: 'A group', ...input })
}
const update = (group: Pick<Group, 'id'>, change: Partial<UpdateGroup>, by = owner) =>
  world.workspace.updateGroup(by, { workspace_id: acme.id, group_id: group.id, ...change })
const remove = (group: Group, by = owner) => world.workspace.deleteGroup(by, { workspace_id: acme.id, group_id: group.id })
const get = (group: Group, by = owner) => world.workspace.getGroup(by, { workspace_id: acme.id, group_id: group.id })
const openToMembers = () => world.workspace.updateWorkspace(owner, { workspace_id: acme.id, settings: { members_may_manage_groups: true } })
/** Whom a mention of it reaches. */
const reached = async (group: Group) => (await findMentionedGroups(world.db, acme.id, { handles: [group.handle], ids: [] }))[0]?.user_ids

describe('making a group', () => {
  it('gives it people and groups, under a handle in lower case', async () => {
    const inner = await create({ user_ids: idsOf(bob) })
    const group = await create({ handle: 'Backend', name: '  The\nBackend ', description: 'APIs', user_ids: idsOf(ada, owner), group_ids: [inner.id] })
    expect(group).toMatchObject({
      workspace_id: acme.id, handle: 'backend', name: 'The Backend', description: 'APIs', user_ids: idsOf(ada, owner), group_ids: [inner.id], created_by: owner.userId,
    })
    expect(await get(group, ada)).toEqual(group)
  })

  it.each(['here', 'everyone', 'adm1n', 'h.e.r.e'])('refuses the handle %s, which means something else', async (handle) => {
    await expect(create({ handle })).rejects.toEqual(refused('handle_reserved', 'unprocessable'))
  })

  it('refuses a handle that somebody has as a username, here or elsewhere, or that another group of the workspace has', async () => {
    const stranger = await world.aUser()
    for (const { username } of [ada, stranger]) await expect(create({ handle: username.toUpperCase() })).rejects.toEqual(refused('handle_taken', 'conflict'))
    const { handle } = await create()
    await expect(create({ handle })).rejects.toEqual(refused('handle_taken'))
    const elsewhere = await world.aWorkspace({ owner: stranger })
    expect(await world.workspace.createGroup(stranger, { workspace_id: elsewhere.id, handle, name: 'x' })).toMatchObject({ handle })
  })

  it.each([' ', '\u200b', '\u0301'])('refuses the name %j, which shows nothing', async (name) => {
    await expect(create({ name })).rejects.toEqual(refused('invalid_name', 'unprocessable'))
  })

  it('takes full members of the workspace alone', async () => {
    const stranger = await world.aUser()
    const former = await world.aMember({ of: acme })
    await world.workspace.leaveWorkspace(former, acme.id)
    for (const who of [stranger, former]) await expect(create({ user_ids: idsOf(ada, who) })).rejects.toEqual(refused('user_not_found', 'not_found'))
    await expect(create({ user_ids: [newId<UserId>()] })).rejects.toEqual(refused('user_not_found'))
    await expect(create({ user_ids: idsOf(ada, guest) })).rejects.toEqual(refused('user_is_guest', 'unprocessable'))
  })

  it('takes groups of the same workspace alone', async () => {
    const stranger = await world.aUser()
    const elsewhere = await world.aWorkspace({ owner: stranger })
    const foreign = await world.workspace.createGroup(stranger, { workspace_id: elsewhere.id, handle: `foreign-${made}`, name: 'x' })
    for (const id of [foreign.id, newId<GroupId>()]) await expect(create({ group_ids: [id] })).rejects.toEqual(refused('group_not_found', 'not_found'))
  })

  it('lets one of fifty have a handle that all want at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => create({ handle: 'one-of-many' })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(refused('handle_taken'))
  })

  it('ends at a number of groups, exactly, also when many are made at once', async () => {
    await world.db.insertInto('user_groups').values(Array.from({ length: MAX_GROUPS - 3 }, (_, index) => ({
      id: newId<GroupId>(), workspace_id: acme.id, handle: `filler-${index}`, name: 'Filler', description: null, created_by: owner.userId,
    }))).execute()
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => create()))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(refused('too_many_groups', 'unprocessable'))
    expect((await world.workspace.boot(ada, acme.id)).groups).toHaveLength(MAX_GROUPS)
  })
})

describe('changing a group', () => {
  it('changes what is given and leaves the rest', async () => {
    const group = await create({ user_ids: idsOf(ada), description: 'x' })
    const changed = await update(group, { user_ids: idsOf(bob), description: null })
    expect(changed).toEqual({ ...group, user_ids: idsOf(bob), description: null, updated_at: changed.updated_at })
    expect(await update(group, { handle: 'Renamed' })).toMatchObject({ handle: 'renamed', user_ids: idsOf(bob) })
  })

  it('leaves no event where nothing changes, in whatever order people are named', async () => {
    const group = await create({ user_ids: idsOf(ada, bob) })
    const count = world.events.length
    expect(await update(group, { user_ids: idsOf(ada, bob).toReversed(), name: group.name, handle: group.handle.toUpperCase() })).toEqual(group)
    expect(await update(group, {})).toEqual(group)
    expect(world.events).toHaveLength(count)
  })

  it('refuses a handle that is taken', async () => {
    const [one, other] = [await create(), await create()]
    for (const handle of [other.handle, ada.username]) await expect(update(one, { handle })).rejects.toEqual(refused('handle_taken', 'conflict'))
    expect(await get(one)).toEqual(one)
  })

  it('never puts a group into itself, also not by way of others', async () => {
    const inner = await create()
    const middle = await create({ group_ids: [inner.id] })
    const outer = await create({ group_ids: [middle.id] })
    for (const id of [inner.id, middle.id, outer.id]) await expect(update(inner, { group_ids: [id] })).rejects.toEqual(refused('group_in_itself', 'unprocessable'))
    expect(await get(inner)).toEqual(inner)
  })

  it('never makes a circle, when two groups are put into each other at the same moment', async () => {
    for (let round = 0; round < 15; round += 1) {
      const [one, other] = [await create(), await create()]
      const results = await Promise.allSettled([update(one, { group_ids: [other.id] }), update(other, { group_ids: [one.id] })])
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('finds no group of another workspace, nor one that is gone', async () => {
    const stranger = await world.aUser()
    const elsewhere = await world.aWorkspace({ owner: stranger })
    const group = await create()
    const input = { workspace_id: elsewhere.id, group_id: group.id }
    for (const attempt of [
      () => world.workspace.updateGroup(stranger, { ...input, name: 'x' }), () => world.workspace.deleteGroup(stranger, input), () => world.workspace.getGroup(stranger, input),
    ]) await expect(attempt()).rejects.toEqual(refused('group_not_found', 'not_found'))
    await remove(group)
    await expect(update(group, { name: 'x' })).rejects.toEqual(refused('group_not_found'))
    await expect(remove(group)).rejects.toEqual(refused('group_not_found'))
  })
})

describe('who may', () => {
  it('make and change groups: admins, and members where the workspace lets them; guests never', async () => {
    const group = await create()
    const admin = await world.aMember({ of: acme, role: 'admin' })
    for (const attempt of [() => create({}, ada), () => update(group, { name: 'Mine' }, ada), () => remove(group, ada)]) {
      await expect(attempt()).rejects.toEqual(refused('role_not_allowed', 'forbidden'))
    }
    expect(await update(group, { name: 'By an admin' }, admin)).toMatchObject({ name: 'By an admin' })
    await openToMembers()
    expect(await update(group, { name: 'By a member' }, ada)).toMatchObject({ name: 'By a member' })
    for (const attempt of [() => create({}, guest), () => update(group, {}, guest), () => remove(group, guest)]) {
      await expect(attempt()).rejects.toEqual(refused('guest_not_allowed', 'forbidden'))
    }
    await remove(await create({}, ada), ada)
  })

  it('see them: full members; a guest is refused, and a stranger finds no workspace', async () => {
    const group = await create()
    expect((await world.workspace.listGroups(ada, { workspace_id: acme.id })).items).toEqual([group])
    await expect(world.workspace.listGroups(guest, { workspace_id: acme.id })).rejects.toEqual(refused('guest_not_allowed'))
    await expect(get(group, guest)).rejects.toEqual(refused('guest_not_allowed'))
    const stranger = await world.aUser()
    for (const attempt of [() => get(group, stranger), () => create({}, stranger), () => world.workspace.listGroups(stranger, { workspace_id: acme.id })]) {
      await expect(attempt()).rejects.toEqual(refused('workspace_not_found', 'not_found'))
    }
  })

  it('is written down: who made, changed and removed which group', async () => {
    const group = await create()
    await update(group, { user_ids: idsOf(ada) })
    await remove(group)
    const { items } = await world.workspace.listAuditLog(owner, { workspace_id: acme.id })
    expect(items.filter(({ target_id }) => target_id === group.id).map(({ action }) => action)).toEqual(['group_deleted', 'group_updated', 'group_created'])
  })

  it('pages through them: each once, while some come and go', async () => {
    const groups: Group[] = []
    for (let index = 0; index < 5; index += 1) groups.push(await create())
    const first = await world.workspace.listGroups(ada, { workspace_id: acme.id, limit: 2 })
    await remove(groups[0] as Group)
    const rest = await world.workspace.listGroups(ada, { workspace_id: acme.id, limit: 10, cursor: first.next_cursor ?? '' })
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(groups.map(({ id }) => id))
    await expect(world.workspace.listGroups(ada, { workspace_id: acme.id, cursor: 'x' })).rejects.toEqual(refused('invalid_cursor'))
  })
})

describe('whom a group mentions', () => {
  it('everybody in it and in the groups in it, each once, however deep and however often', async () => {
    const inner = await create({ user_ids: idsOf(bob, ada) })
    const middle = await create({ user_ids: idsOf(bob), group_ids: [inner.id] })
    const outer = await create({ user_ids: idsOf(owner), group_ids: [middle.id, inner.id] })
    expect(await reached(outer)).toEqual(idsOf(owner, bob, ada))
    expect(await reached(inner)).toEqual(idsOf(bob, ada))
  })

  it('ends also if there were a circle', async () => {
    const [one, other] = [await create({ user_ids: idsOf(ada) }), await create({ user_ids: idsOf(bob) })]
    await world.db.insertInto('user_group_subgroups').values([{ group_id: one.id, subgroup_id: other.id }, { group_id: other.id, subgroup_id: one.id }]).execute()
    expect(await reached(one)).toEqual(idsOf(ada, bob))
  })

  it('nobody who is deactivated or a guest now, who are also not shown; they count again when they are back', async () => {
    const group = await create({ user_ids: idsOf(ada, bob) })
    await world.workspace.deactivateWorkspaceMember(owner, { workspace_id: acme.id, user_id: bob.userId })
    const { id: channelId } = await world.aChannel({ in: acme, by: ada })
    await world.workspace.updateWorkspaceMember(owner, { workspace_id: acme.id, user_id: ada.userId, role: 'guest', channel_ids: [channelId] })
    expect([await reached(group), (await get(group)).user_ids]).toEqual([[], []])
    await world.workspace.updateWorkspaceMember(owner, { workspace_id: acme.id, user_id: bob.userId, deactivated: false })
    await world.workspace.updateWorkspaceMember(owner, { workspace_id: acme.id, user_id: ada.userId, role: 'member' })
    expect([await reached(group), (await get(group)).user_ids]).toEqual([idsOf(ada, bob), idsOf(ada, bob)])
  })

  it('stays as it was for those who are not shown, when others are changed meanwhile', async () => {
    const group = await create({ user_ids: idsOf(ada, bob) })
    await world.workspace.deactivateWorkspaceMember(owner, { workspace_id: acme.id, user_id: bob.userId })
    await update(group, { user_ids: idsOf(ada, owner) })
    await world.workspace.updateWorkspaceMember(owner, { workspace_id: acme.id, user_id: bob.userId, deactivated: false })
    expect((await get(group)).user_ids).toEqual(idsOf(ada, bob, owner))
  })

  it('nobody who left by themselves, also after they come back by an invite', async () => {
    const group = await create({ user_ids: idsOf(ada, bob) })
    await world.workspace.leaveWorkspace(bob, acme.id)
    expect((await get(group)).user_ids).toEqual(idsOf(ada))
    const { token } = await world.workspace.createInvite(owner, { workspace_id: acme.id })
    await world.workspace.acceptInvite(bob, token)
    expect((await get(group)).user_ids).toEqual(idsOf(ada))
  })

  it('is found by handle and by id, of this workspace alone, in one go', async () => {
    const [one, other] = [await create({ user_ids: idsOf(ada) }), await create()]
    const stranger = await world.aUser()
    const elsewhere = await world.aWorkspace({ owner: stranger })
    const found = await findMentionedGroups(world.db, acme.id, { handles: [one.handle, 'nobody'], ids: [other.id, one.id, newId<GroupId>()] })
    expect(found).toEqual([{ id: one.id, handle: one.handle, user_ids: idsOf(ada) }, { id: other.id, handle: other.handle, user_ids: [] }])
    expect(await findMentionedGroups(world.db, elsewhere.id, { handles: [one.handle], ids: [other.id] })).toEqual([])
  })
})

/** "State before and the events is the state after", for everybody who looks on. */
describe('boot, act, apply what was received: equals a later boot', () => {
  const watch = async (act: () => Promise<unknown>) => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, ada, guest } }, act)
    for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) expect({ name, boot: applied }).toEqual({ name, boot: after })
    return Object.fromEntries(Object.entries<Replayed>(seen).map(([name, { received }]) => [name, received.map(({ type }) => type).filter((type) => type.startsWith('group_'))]))
  }

  it('making and changing reach full members, and guests not at all', async () => {
    const seen = await watch(async () => {
      const group = await create({ user_ids: idsOf(bob) })
      await update(group, { user_ids: idsOf(ada), name: 'Changed' })
    })
    expect(seen).toEqual({ owner: ['group_updated', 'group_updated'], ada: ['group_updated', 'group_updated'], guest: [] })
  })

  it('removing reaches them too, with the groups that it was in', async () => {
    const inner = await create({ user_ids: idsOf(bob) })
    await create({ group_ids: [inner.id] })
    expect(await watch(() => remove(inner))).toEqual({ owner: ['group_updated', 'group_deleted'], ada: ['group_updated', 'group_deleted'], guest: [] })
  })

  it('deactivating and reactivating somebody, making them a guest and a member again, and their leaving change the groups that they are in', async () => {
    await create({ user_ids: idsOf(bob) })
    const manage = (change: object) => world.workspace.updateWorkspaceMember(owner, { workspace_id: acme.id, user_id: bob.userId, ...change })
    const { id: channelId } = await world.aChannel({ in: acme, by: bob })
    const once = { owner: ['group_updated'], ada: ['group_updated'], guest: [] }
    expect(await watch(() => world.workspace.deactivateWorkspaceMember(owner, { workspace_id: acme.id, user_id: bob.userId }))).toEqual(once)
    expect(await watch(() => manage({ deactivated: false }))).toEqual(once)
    expect(await watch(() => manage({ role: 'guest', channel_ids: [channelId] }))).toEqual(once)
    expect(await watch(() => manage({ role: 'member' }))).toEqual(once)
    expect(await watch(() => manage({ role: 'admin' }))).toEqual({ owner: [], ada: [], guest: [] })
    expect(await watch(() => world.workspace.leaveWorkspace(bob, acme.id))).toEqual(once)
  })
})
