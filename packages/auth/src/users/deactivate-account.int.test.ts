import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, SignedIn, Workspace } from '@afrochat/contracts'
import type { Actor } from '@afrochat/kernel'
import { replay, type Replayed, type TestUser } from '@afrochat/test-support'
import { asker, createAuthWorld, device, PASSWORD, type AuthWorld } from '../auth-fixture.ts'
import { deactivateAccount } from './deactivate-account.ts'
import { reactivateAccount } from './reactivate-account.ts'

let world: AuthWorld
let acme: Workspace, other: Workspace
let owner: TestUser, bob: TestUser, guest: TestUser
let room: Channel
/** Somebody with a password, in both workspaces. */
let ada: SignedIn & { actor: Actor }
beforeAll(async () => {
  world = await createAuthWorld()
  owner = await world.aUser()
  ;[acme, other] = [await world.aWorkspace({ owner }), await world.aWorkspace({ owner })]
  bob = await world.aMember({ of: acme })
  room = await world.aChannel({ in: acme, by: bob })
  guest = await world.aMember({ of: acme, role: 'guest', channels: [room] })
})
beforeEach(async () => {
  ada = await aMemberOfBoth()
})
afterAll(() => world.close())

async function aMemberOfBoth() {
  const person = await world.signUp()
  for (const place of [acme, other]) await joins(person.actor, place)
  await world.workspace.joinChannel(person.actor, room.id)
  return person
}
const joins = async (actor: Actor, place: Workspace) => {
  const { token } = await world.workspace.createInvite(owner, { workspace_id: place.id })
  return world.workspace.acceptInvite(actor, token)
}
const deactivate = (who = ada, password = PASSWORD) => world.auth.deactivateOwnAccount(who.actor, { password, address: device.address })
const operator = { userId: null, requestId: 'cli-1' }
const byOperator = (who = ada) => deactivateAccount({ transact: world.transact, memberships: world.memberships }, operator, who.actor.userId)
const reactivate = (who = ada) => reactivateAccount({ transact: world.transact }, operator, who.actor.userId)
const login = (password = PASSWORD) => world.auth.login({ login: ada.user.username, password, ...asker })
const statusOf = async (who = ada) => (await world.db.selectFrom('users').select(['status', 'auth_version']).where('id', '=', who.actor.userId).executeTakeFirstOrThrow())

describe('deactivating the own account', () => {
  it('ends its sessions at once, its refresh tokens, and every way to sign in', async () => {
    const second = await login()
    await deactivate()
    for (const { access_token: token } of [ada, second]) await expect(world.actorOf(token)).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(world.auth.refresh({ refreshToken: second.refresh_token, ...asker })).rejects.toMatchObject({ code: 'invalid_refresh_token' })
    await expect(login()).rejects.toMatchObject({ kind: 'forbidden', code: 'account_deactivated' })
    expect(await statusOf()).toEqual({ status: 'deactivated', auth_version: 2 })
  })

  it('tells gateways and other processes, and leaves a trace', async () => {
    await deactivate()
    const [event] = world.events.filter(({ type, stream_key }) => type === 'sessions_revoked' && stream_key === `u:${ada.user.id}`)
    expect(JSON.parse(event?.payload ?? '')).toEqual({ user_id: ada.user.id, session_ids: [ada.actor.sessionId] })
    const trace = await world.db.selectFrom('account_audit').select('action').where('user_id', '=', ada.user.id).execute()
    // In any order: ids of one millisecond have none.
    expect(trace.map(({ action }) => action).toSorted()).toEqual(['all_sessions_revoked', 'deactivated', 'registered'])
  })

  it('asks for the password: a session that somebody else got hold of is not enough', async () => {
    await expect(deactivate(ada, 'wrong')).rejects.toMatchObject({ kind: 'forbidden', code: 'wrong_password' })
    expect(await statusOf()).toEqual({ status: 'active', auth_version: 1 })
    expect(await world.actorOf(ada.access_token)).toMatchObject({ userId: ada.user.id })
  })

  it('counts wrong passwords like wrong sign-ins, and none for who has no password', async () => {
    const attempts: string[] = []
    const guard = { admit: async ({ account }: { account: string }) => void attempts.push(`admit ${account}`), forgive: async () => void attempts.push('forgive') }
    const auth = world.anotherProcess({ loginGuard: guard })
    await expect(auth.deactivateOwnAccount(ada.actor, { password: 'wrong', address: '203.0.113.7' })).rejects.toMatchObject({ code: 'wrong_password' })
    expect(attempts).toEqual([`admit ${ada.user.id}`])
    await auth.deactivateOwnAccount(ada.actor, { password: PASSWORD, address: '203.0.113.7' })
    expect(attempts.slice(1)).toEqual([`admit ${ada.user.id}`, 'forgive'])
    await expect(world.auth.deactivateOwnAccount(bob, { password: '', address: '203.0.113.7' })).rejects.toMatchObject({ code: 'wrong_password' })
  })

  it('leaves every workspace and all channels', async () => {
    await deactivate()
    const places = await world.db.selectFrom('workspace_members').select(['deactivated_at', 'deactivated_by']).where('user_id', '=', ada.user.id).execute()
    expect(places).toHaveLength(2)
    for (const place of places) expect(place).toEqual({ deactivated_at: expect.any(Date), deactivated_by: null })
    const open = await world.db.selectFrom('channel_members').select('channel_id').where('user_id', '=', ada.user.id).where('to_seq', 'is', null).execute()
    expect(open).toEqual([])
  })

  it('ends the invites that they made', async () => {
    const { token } = await world.workspace.createInvite(ada.actor, { workspace_id: acme.id })
    await deactivate()
    await expect(world.workspace.previewInvite(token)).rejects.toMatchObject({ kind: 'gone', code: 'invite_revoked' })
  })

  it('keeps the username and the address from everybody else, and the person known by their messages', async () => {
    await deactivate()
    const registration = { password: PASSWORD, displayName: 'Another', ...asker }
    await expect(world.auth.register({ ...registration, username: ada.user.username, email: 'another@example.com' })).rejects.toMatchObject({ code: 'username_taken' })
    await expect(world.auth.register({ ...registration, username: 'another', email: ada.user.email ?? '' })).rejects.toMatchObject({ code: 'email_taken' })
    expect(await world.auth.getUser(bob, ada.user.id)).toMatchObject({ username: ada.user.username, status: 'deactivated' })
  })

  it('is refused to the last owner of a workspace, as a whole', async () => {
    await world.workspace.createWorkspace(ada.actor, { name: 'Mine' })
    await expect(deactivate()).rejects.toMatchObject({ kind: 'conflict', code: 'last_owner' })
    expect(await statusOf()).toMatchObject({ status: 'active' })
    expect(await world.actorOf(ada.access_token)).toBeDefined()
    expect((await world.workspace.listWorkspaces(ada.actor, {})).items).toHaveLength(3)
  })

  it('passes a workspace on that has another owner', async () => {
    const mine = await world.workspace.createWorkspace(ada.actor, { name: 'Ours' })
    const heir = await world.aUser()
    const { token } = await world.workspace.createInvite(ada.actor, { workspace_id: mine.id })
    await world.workspace.acceptInvite(heir, token)
    await world.workspace.updateWorkspaceMember(ada.actor, { workspace_id: mine.id, user_id: heir.userId, role: 'owner' })
    await deactivate()
    expect(await world.workspace.getWorkspace(heir, mine.id)).toMatchObject({ owner_id: heir.userId })
  })

  it('is for everybody who looks on: state before and its events is the state after', async () => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, bob, guest } }, () => deactivate())
    for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) expect({ name, boot: applied }).toEqual({ name, boot: after })
    expect(seen.guest.received.map(({ type }) => type)).toEqual(['user_updated', 'member_left'])
    expect(seen.owner.received.map(({ type }) => type)).toEqual(expect.arrayContaining(['user_updated', 'member_left', 'workspace_member_left']))
  })

  it('happens once, of fifty who ask at once; and of a sign-in at that moment there is no session left', async () => {
    const results = await Promise.allSettled([...Array.from({ length: 50 }, () => deactivate()), ...Array.from({ length: 5 }, () => login())])
    // The later ones find it done, or their session ended.
    for (const result of results.slice(0, 50)) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'invalid_token' })
    expect(world.events.filter(({ type, payload }) => type === 'workspace_member_left' && payload.includes(ada.user.id))).toHaveLength(2)
    const live = await world.db.selectFrom('sessions').select('id').where('user_id', '=', ada.user.id).where('revoked_at', 'is', null).execute()
    expect(live).toEqual([])
    expect(await statusOf()).toEqual({ status: 'deactivated', auth_version: 2 })
  })

  it('leaves nobody behind in a workspace that they join at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [person, place] = [await aMemberOfBoth(), await world.aWorkspace({ owner })]
      await Promise.allSettled([deactivate(person), joins(person.actor, place)])
      const left = await world.db.selectFrom('workspace_members').select('workspace_id').where('user_id', '=', person.actor.userId)
        .where('deactivated_at', 'is', null).execute()
      expect(left).toEqual([])
    }
  })
})

describe('whoever runs the installation', () => {
  it('deactivates an account without its password; twice changes nothing', async () => {
    await byOperator()
    world.auth.hear(world.events)
    await expect(world.actorOf(ada.access_token)).rejects.toMatchObject({ code: 'invalid_token' })
    const count = world.events.length
    await byOperator()
    expect(world.events).toHaveLength(count)
  })

  it('lets it sign in again, with its name and into no workspace; old tokens stay dead', async () => {
    await byOperator()
    world.auth.hear(world.events)
    await reactivate()
    await reactivate()
    const { user, access_token: token } = await login()
    expect(user).toMatchObject({ id: ada.user.id, username: ada.user.username, status: 'active' })
    expect((await world.workspace.listWorkspaces(await world.actorOf(token), {})).items).toEqual([])
    await expect(world.actorOf(ada.access_token)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('brings it back for those who know it from its messages: state before and the event is the state after', async () => {
    await byOperator()
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, guest } }, () => reactivate())
    for (const { applied, after } of Object.values<Replayed>(seen)) expect(applied).toEqual(after)
    // The owner has both workspaces.
    expect(seen.owner.received.map(({ type, stream_key }) => ({ type, stream_key }))).toEqual([acme, other].map(({ id }) => ({ type: 'user_updated', stream_key: `w:${id}` })))
    expect(seen.guest.received).toEqual([])
  })

  it('lets an invite bring it back into a workspace', async () => {
    await byOperator()
    await reactivate()
    const actor = await world.actorOf((await login()).access_token)
    expect(await joins(actor, acme)).toMatchObject({ id: acme.id })
  })
})
