import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace, WorkspaceSettings } from '@afrochat/contracts'
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
  world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: userId, role })
const deactivate = ({ userId }: TestUser) => world.workspace.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: userId })
/** For the length of a test. */
async function withSettings(settings: Partial<WorkspaceSettings>, test: () => Promise<unknown>): Promise<void> {
  const before = (await world.workspace.getWorkspace(owner, workspace.id)).settings
  await world.workspace.updateWorkspace(owner, { workspace_id: workspace.id, settings })
  try {
    await test()
  } finally {
    await world.workspace.updateWorkspace(owner, { workspace_id: workspace.id, settings: before })
  }
}

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

describe('an invite for an address', () => {
  it('is used once, unless it is said otherwise', async () => {
    expect(await invite(member, { email: 'one@example.com' })).toMatchObject({ max_uses: 1 })
    expect(await invite(member, { email: 'one@example.com', max_uses: 3 })).toMatchObject({ max_uses: 3 })
  })
})

describe('listInvites and revokeInvite', () => {
  it('show the pending ones alone when asked: neither revoked, nor expired, nor used up', async () => {
    const by = await world.aMember({ of: workspace })
    const [good, dead, old, spent] = [await invite(by), await invite(by), await invite(by), await invite(by, { max_uses: 1 })]
    await world.workspace.revokeInvite(by, { workspace_id: workspace.id, invite_id: dead.id })
    await expire(old.id)
    await world.workspace.acceptInvite(await world.aUser(), spent.token)
    const listed = async (status?: 'pending' | 'all') =>
      (await world.workspace.listInvites(by, { workspace_id: workspace.id, status })).items.map(({ id }) => id)
    expect(await listed('pending')).toEqual([good.id])
    expect(await listed()).toEqual([spent, old, dead, good].map(({ id }) => id))
    expect(await listed('all')).toEqual(await listed())
  })


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
      // What is said of it in each of the two.
      ['message_sent', 'c:', 'all'], ['message_sent', 'c:', 'all'],
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
    await world.workspace.deactivateWorkspaceMember(admin, { workspace_id: workspace.id, user_id: gone.userId })
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
    await deactivate(inviter)
    await expect(accept(await world.aUser(), asMember.token)).rejects.toMatchObject({ code: 'invite_revoked' })
  })

  it('stays dead when the inviter gets the right back: a role, a membership or a setting that returns revives no invite', async () => {
    const inviter = await world.aMember({ of: workspace, role: 'admin' })
    const forGuest = await invite(inviter, { role: 'guest', channel_ids: [(await world.generalOf(workspace, owner)).id] })
    await setRole(inviter, 'member')
    await setRole(inviter, 'admin')
    const beforeLeaving = await invite(inviter)
    await deactivate(inviter)
    await world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: inviter.userId, deactivated: false })
    const ofMember = await invite(member)
    const ofAdmin = await invite(inviter)
    await withSettings({ members_may_invite: false }, async () => {
      await expect(invite(member)).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    })
    for (const { id, token } of [forGuest, beforeLeaving, ofMember]) {
      expect((await stored(id)).revoked_at).not.toBeNull()
      await expect(accept(await world.aUser(), token)).rejects.toMatchObject({ code: 'invite_revoked' })
    }
    await expect(accept(await world.aUser(), ofAdmin.token)).resolves.toMatchObject({ id: workspace.id })
  })

  it('takes members from the workspace\'s domains only, guests from everywhere, and refuses to send an invite elsewhere', async () => {
    const general = await world.generalOf(workspace, owner)
    await withSettings({ allowed_email_domains: ['afrochat.example'] }, async () => {
      const refusal = { kind: 'forbidden', code: 'email_domain_not_allowed' }
      await expect(invite(member, { email: 'x@elsewhere.example' })).rejects.toMatchObject(refusal)
      await expect(invite(owner, { email: 'x@elsewhere.example', role: 'guest', channel_ids: [general.id] })).resolves.toMatchObject({ role: 'guest' })
      const [{ token }, forGuest] = [await invite(member), await invite(owner, { role: 'guest', channel_ids: [general.id] })]
      await expect(accept(await world.aUser({ email: 'x@elsewhere.example' }), token)).rejects.toMatchObject(refusal)
      await expect(accept(await world.aUser({ email: 'Y@AfroChat.example' }), token)).resolves.toMatchObject({ id: workspace.id })
      await expect(accept(await world.aUser({ email: 'z@elsewhere.example' }), forGuest.token)).resolves.toMatchObject({ id: workspace.id })
    })
  })

  it('makes a single-channel guest, who is in that channel and can come into no other', async () => {
    const [room, other] = [await world.aChannel({ in: workspace, by: admin }), await world.aChannel({ in: workspace, by: admin })]
    for (const channel_ids of [[], [room.id, other.id]]) {
      await expect(invite(admin, { role: 'guest', single_channel: true, channel_ids })).rejects.toMatchObject({ kind: 'unprocessable' })
    }
    await expect(invite(admin, { single_channel: true, channel_ids: [room.id] })).rejects.toMatchObject({ code: 'not_for_full_members' })
    const made = await invite(admin, { role: 'guest', single_channel: true, channel_ids: [room.id] })
    expect(made).toMatchObject({ role: 'guest', single_channel: true })
    const guest = await world.aUser()
    await accept(guest, made.token)
    const { items } = await world.workspace.listWorkspaceMembers(owner, { workspace_id: workspace.id, limit: 200 })
    expect(items.find(({ user }) => user.id === guest.userId)).toMatchObject({ role: 'guest', single_channel: true })
    await expect(world.workspace.addChannelMembers(admin, { channel_id: other.id, user_ids: [guest.userId] })).rejects.toMatchObject({ code: 'single_channel_guest' })
  })

  it('never makes a member of a guest, nor a guest of a member, whatever they accept', async () => {
    const general = await world.generalOf(workspace, owner)
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [general] })
    await accept(guest, (await invite(member)).token)
    expect((await world.workspace.boot(guest, workspace.id)).role).toBe('guest')
    await accept(member, (await invite(admin, { role: 'guest', channel_ids: [general.id] })).token)
    expect((await world.workspace.boot(member, workspace.id)).role).toBe('member')
  })

  it('lets somebody come back who left by themselves, as what they are invited to now: not into the private channels that they were in', async () => {
    const general = await world.generalOf(workspace, owner)
    const secret = await world.aChannel({ in: workspace, by: member, private: true })
    const leaver = await world.aMember({ of: workspace, role: 'admin' })
    await world.workspace.addChannelMembers(member, { channel_id: secret.id, user_ids: [leaver.userId] })
    await world.workspace.leaveWorkspace(leaver, workspace.id)
    const before = world.events.length
    await accept(leaver, (await invite(member)).token)
    const { role, channels } = await world.workspace.boot(leaver, workspace.id)
    expect([role, channels.map(({ id, unread_count, mention_count }) => [id, unread_count, mention_count])]).toEqual(['member', [[general.id, 0, 0]]])
    expect(world.events.slice(before).map(({ type }) => type)).toEqual(['workspace_member_joined', 'member_joined', 'message_sent'])
  })

  it('gives back to who comes back the direct messages that they had: nobody else could let them in', async () => {
    const leaver = await world.aMember({ of: workspace })
    const { channel: dm } = await world.workspace.openDm(leaver, { workspace_id: workspace.id, user_ids: [member.userId] })
    await world.workspace.leaveWorkspace(leaver, workspace.id)
    await accept(leaver, (await invite(member)).token)
    const { channels } = await world.workspace.boot(leaver, workspace.id)
    expect(channels.map(({ id }) => id)).toContain(dm.id)
    expect(channels.find(({ id }) => id === dm.id)).toMatchObject({ member_count: 2, user_ids: [leaver, member].map(({ userId }) => userId).toSorted() })
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
    expect(eventsOf(world, left.id).filter(({ type }) => type.startsWith('member_')).at(-1)).toMatchObject({ type: 'member_left', actor_id: admin.userId })
  })

  it('of fifty who redeem a single-use invite at once lets in exactly one', async () => {
    const made = await invite(member, { max_uses: 1 })
    const users = await Promise.all(Array.from({ length: 50 }, () => world.aUser()))
    const before = world.events.length
    const outcomes = await Promise.allSettled(users.map((user) => accept(user, made.token)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'invite_used_up' })
    expect((await stored(made.id)).use_count).toBe(1)
    expect(world.events.slice(before).map(({ type }) => type)).toEqual(['workspace_member_joined', 'member_joined', 'message_sent'])
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
