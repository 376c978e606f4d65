import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { newId, type InviteId } from '@afrochat/kernel'
import { createWorld, eventsOf, type TestUser, type World } from '@afrochat/test-support'
import type { CreateInvite } from './create-invite.ts'
import { hashInviteToken } from './invite-token.ts'

let world: World
let workspace: Workspace
let owner: TestUser, admin: TestUser, member: TestUser

beforeAll(async () => {
  world = await createWorld({ poolSize: 20 })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[admin, member] = await Promise.all([world.aMember({ of: workspace, role: 'admin' }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())

const invite = (by: TestUser, facts: Omit<CreateInvite, 'workspace_id'> = {}) => world.workspace.createInvite(by, { workspace_id: workspace.id, ...facts })
const aGuest = async () => world.aMember({ of: workspace, role: 'guest', channels: [await world.generalOf(workspace, owner)] })
const stored = (id: InviteId) => world.db.selectFrom('workspace_invites').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const expire = (id: InviteId) => world.db.updateTable('workspace_invites').set({ expires_at: new Date(Date.now() - 1_000) }).where('id', '=', id).execute()
const setRole = ({ userId }: TestUser, role: 'member' | 'admin') =>
  world.db.updateTable('workspace_members').set({ role }).where('user_id', '=', userId).where('workspace_id', '=', workspace.id).execute()

describe('createInvite', () => {
  it('shows a token of 256 bits once, in a link to the configured address, and keeps only its hash', async () => {
    const made = await invite(member)
    expect(Buffer.from(made.token, 'base64url')).toHaveLength(32)
    expect(made).toMatchObject({ url: `https://chat.example.com/invite/${made.token}`, role: 'member', email: null, max_uses: 100, use_count: 0, created_by: member.userId })
    expect(Date.parse(made.expires_at) - Date.now()).toBeGreaterThan(719 * 3_600_000)

    const row = await stored(made.id)
    expect(row.token_hash).toEqual(hashInviteToken(made.token))
    expect(JSON.stringify(row)).not.toContain(made.token)
    const { items } = await world.workspace.listInvites(member, { workspace_id: workspace.id })
    expect(JSON.stringify(items)).not.toContain(made.token)
  })

  it.each([
    ['member', 'member', null],
    ['member', 'guest', 'role_not_allowed'],
    ['member', 'admin', 'role_not_allowed'],
    ['admin', 'member', null],
    ['admin', 'guest', null],
    ['admin', 'admin', 'role_not_allowed'],
    ['owner', 'admin', null],
    ['guest', 'member', 'guest_not_allowed'],
    ['guest', 'guest', 'guest_not_allowed'],
  ] as const)('by a workspace %s to the role %s: %s', async (inviter, role, refusal) => {
    const by = inviter === 'guest' ? await aGuest() : { member, admin, owner }[inviter]
    const made = invite(by, { role, channel_ids: [(await world.generalOf(workspace, owner)).id] })
    if (refusal === null) await expect(made).resolves.toMatchObject({ role })
    else await expect(made).rejects.toMatchObject({ kind: 'forbidden', code: refusal })
  })

  it('needs a channel for a guest, and takes only channels into which the inviter could bring people', async () => {
    await expect(invite(owner, { role: 'guest' })).rejects.toMatchObject({ kind: 'unprocessable', code: 'guest_needs_channel' })
    const secret = await world.aChannel({ in: workspace, by: member, private: true })
    const elsewhere = await world.aWorkspace()
    const foreign = await world.aChannel({ in: elsewhere, by: await world.aMember({ of: elsewhere }) })
    const own = await world.workspace.createWorkspace(owner, { name: 'Own' })
    const ofOwnOther = await world.generalOf(own, owner)
    for (const id of [secret.id, foreign.id, ofOwnOther.id, newId<typeof secret.id>()]) {
      await expect(invite(owner, { channel_ids: [id] })).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
    }
    await expect(invite(member, { channel_ids: [secret.id] })).resolves.toMatchObject({ channel_ids: [secret.id] })
  })
})

describe('listInvites and revokeInvite', () => {
  it('show members their own invites, admins all, and guests none; the newest first, page by page', async () => {
    const mine = await invite(member)
    const theirs = await invite(admin)
    const idsFor = async (user: TestUser) => (await world.workspace.listInvites(user, { workspace_id: workspace.id, limit: 200 })).items.map(({ id }) => id)
    expect(await idsFor(member)).toContain(mine.id)
    expect(await idsFor(member)).not.toContain(theirs.id)
    expect(await idsFor(admin)).toEqual(expect.arrayContaining([mine.id, theirs.id]))
    await expect(idsFor(await aGuest())).rejects.toMatchObject({ code: 'guest_not_allowed' })

    const { items: [first], next_cursor } = await world.workspace.listInvites(owner, { workspace_id: workspace.id, limit: 1 })
    const newer = await invite(owner)
    const { items: [second] } = await world.workspace.listInvites(owner, { workspace_id: workspace.id, limit: 1, cursor: next_cursor ?? undefined })
    expect(first?.id).not.toBe(newer.id)
    expect(second?.id).not.toBe(first?.id)
    expect((first?.id ?? '') > (second?.id ?? '')).toBe(true)
  })

  it('end an invite for good; twice changes nothing, and somebody else\'s is not found', async () => {
    const made = await invite(admin)
    const revoke = (by: TestUser, id = made.id) => world.workspace.revokeInvite(by, { workspace_id: workspace.id, invite_id: id })
    await expect(revoke(member)).rejects.toMatchObject({ kind: 'not_found', code: 'invite_not_found' })
    await expect(revoke(owner, newId<InviteId>())).rejects.toMatchObject({ code: 'invite_not_found' })
    await revoke(owner)
    const { revoked_at: at } = await stored(made.id)
    await revoke(admin)
    expect((await stored(made.id)).revoked_at).toEqual(at)
    await expect(world.workspace.acceptInvite(await world.aUser(), made.token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_revoked' })
  })

  it('do not reach an invite through another workspace', async () => {
    const made = await invite(member)
    const other = await world.workspace.createWorkspace(owner, { name: 'Other' })
    await expect(world.workspace.revokeInvite(owner, { workspace_id: other.id, invite_id: made.id })).rejects.toMatchObject({ code: 'invite_not_found' })
  })
})

describe('previewInvite', () => {
  it('tells the holder of a token whereto and by whom, and no more', async () => {
    const made = await invite(member, { email: 'someone@example.com' })
    expect(await world.workspace.previewInvite(made.token)).toEqual({
      workspace: { id: workspace.id, name: workspace.name, slug: workspace.slug, icon_url: null },
      role: 'member', invited_by: { id: member.userId, display_name: member.displayName }, expires_at: made.expires_at,
    })
  })

  it('says of an unknown, an expired, a revoked and a used up one what it is', async () => {
    for (const token of ['', 'x', 'a\0b', hashInviteToken('x').toString('base64url')]) {
      await expect(world.workspace.previewInvite(token)).rejects.toMatchObject({ code: 'invite_not_found' })
    }
    const [old, dead, spent] = await Promise.all([invite(member), invite(member), invite(member, { max_uses: 1 })])
    await expire(old.id)
    await world.workspace.revokeInvite(member, { workspace_id: workspace.id, invite_id: dead.id })
    await world.workspace.acceptInvite(await world.aUser(), spent.token)
    await expect(world.workspace.previewInvite(old.token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_expired' })
    await expect(world.workspace.previewInvite(dead.token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_revoked' })
    await expect(world.workspace.previewInvite(spent.token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_used_up' })
  })
})

describe('acceptInvite', () => {
  const accept = (user: TestUser, token: string) => world.workspace.acceptInvite(user, token)

  it('makes a full member, in the default channel and the channels of the invite', async () => {
    const secret = await world.aChannel({ in: workspace, by: member, private: true })
    const made = await invite(member, { channel_ids: [secret.id] })
    const user = await world.aUser()
    const before = world.events.length
    expect(await accept(user, made.token)).toEqual(workspace)

    const { role, channels } = await world.workspace.boot(user, workspace.id)
    expect([role, channels.map(({ name, role: inIt, unread_count }) => [name, inIt, unread_count])]).toEqual(['member', [['general', 'member', 0], [secret.name, 'member', 0]]])
    expect((await stored(made.id)).use_count).toBe(1)
    expect(world.events.slice(before).map(({ type, stream_key, audience }) => [type, stream_key.slice(0, 2), audience])).toEqual([
      ['workspace_member_joined', 'w:', 'members'], ['member_joined', 'c:', 'all'], ['member_joined', 'c:', 'all'],
    ])
  })

  it('makes a guest, in the channels of the invite alone', async () => {
    const room = await world.aChannel({ in: workspace, by: member })
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [room] })
    const { role, channels, users } = await world.workspace.boot(guest, workspace.id)
    expect([role, channels.map(({ id }) => id)]).toEqual(['guest', [room.id]])
    expect(users.map(({ id }) => id).toSorted()).toEqual([guest.userId, member.userId].toSorted())
  })

  it('spends no use on who is a member already, whatever became of the invite', async () => {
    const made = await invite(owner, { role: 'admin', max_uses: 1 })
    expect(await accept(member, made.token)).toEqual(workspace)
    expect((await stored(made.id)).use_count).toBe(0)
    const user = await world.aUser()
    await accept(user, made.token)
    const before = world.events.length
    expect(await accept(user, made.token)).toEqual(workspace)
    expect((await stored(made.id)).use_count).toBe(1)
    expect(world.events).toHaveLength(before)
    expect((await world.workspace.boot(member, workspace.id)).role).toBe('member')
  })

  it('refuses who was deactivated, and an invite for another address', async () => {
    const made = await invite(member, { email: 'Ada@Example.com' })
    const gone = await world.aMember({ of: workspace })
    await world.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', gone.userId).execute()
    await expect(accept(gone, made.token)).rejects.toMatchObject({ kind: 'forbidden', code: 'membership_deactivated' })
    await expect(accept(await world.aUser(), made.token)).rejects.toMatchObject({ kind: 'forbidden', code: 'invite_for_another_email' })
    await expect(accept(await world.aUser({ email: 'ada@example.com' }), made.token)).resolves.toMatchObject({ id: workspace.id })
  })

  it('refuses an unknown, an expired and a used up one, and writes nothing', async () => {
    const [old, spent] = await Promise.all([invite(member), invite(member, { max_uses: 1 })])
    await expire(old.id)
    await accept(await world.aUser(), spent.token)
    const user = await world.aUser()
    const before = world.events.length
    await expect(accept(user, 'nonsense')).rejects.toMatchObject({ kind: 'not_found', code: 'invite_not_found' })
    await expect(accept(user, old.token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_expired' })
    await expect(accept(user, spent.token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_used_up' })
    expect(world.events).toHaveLength(before)
    await expect(world.workspace.boot(user, workspace.id)).rejects.toMatchObject({ code: 'workspace_not_found' })
  })

  it('refuses when the inviter was deactivated, or may no longer invite to the role', async () => {
    const inviter = await world.aMember({ of: workspace, role: 'admin' })
    const [asMember, asGuest] = await Promise.all([
      invite(inviter), invite(inviter, { role: 'guest', channel_ids: [(await world.generalOf(workspace, owner)).id] }),
    ])
    await setRole(inviter, 'member')
    await expect(accept(await world.aUser(), asGuest.token)).rejects.toMatchObject({ code: 'invite_revoked' })
    await expect(accept(await world.aUser(), asMember.token)).resolves.toMatchObject({ id: workspace.id })
    await world.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', inviter.userId).execute()
    await expect(accept(await world.aUser(), asMember.token)).rejects.toMatchObject({ code: 'invite_revoked' })
  })

  it('leads into no channel that is archived or closed to the inviter by then, and a guest nowhere at all', async () => {
    const [kept, archived, left] = await Promise.all([1, 2, 3].map(() => world.aChannel({ in: workspace, by: admin, private: true, members: [member] })))
    if (kept === undefined || archived === undefined || left === undefined) throw new Error('three channels were made')
    const made = await invite(admin, { channel_ids: [kept.id, archived.id, left.id] })
    const forGuest = await invite(admin, { role: 'guest', channel_ids: [left.id] })
    await world.db.updateTable('channels').set({ archived_at: new Date() }).where('id', '=', archived.id).execute()
    await world.workspace.leaveChannel(admin, left.id)

    const user = await world.aUser()
    await accept(user, made.token)
    const { channels } = await world.workspace.boot(user, workspace.id)
    expect(channels.map(({ name }) => name)).toEqual(['general', kept.name])
    await expect(accept(await world.aUser(), forGuest.token)).rejects.toMatchObject({ code: 'invite_revoked' })
    expect(eventsOf(world, left.id).at(-1)).toMatchObject({ type: 'member_left' })
  })

  it('of fifty who redeem a single-use invite at once lets in exactly one', async () => {
    const made = await invite(member, { max_uses: 1 })
    const users = await Promise.all(Array.from({ length: 50 }, () => world.aUser()))
    const before = world.events.length
    const outcomes = await Promise.allSettled(users.map((user) => accept(user, made.token)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'invite_used_up' })
    expect((await stored(made.id)).use_count).toBe(1)
    expect(world.events.slice(before).map(({ type }) => type)).toEqual(['workspace_member_joined', 'member_joined'])
  })

  it('takes one person with ten invites at once in once, and spends one use in all', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => invite(member)))
    const user = await world.aUser()
    await Promise.all(made.map(({ token }) => accept(user, token)))
    const uses = await Promise.all(made.map(async ({ id }) => (await stored(id)).use_count))
    expect(uses.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect((await world.workspace.boot(user, workspace.id)).channels).toHaveLength(1)
  })
})
