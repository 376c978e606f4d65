import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CreatedInvite, Invite, InvitePreview, Workspace, type Channel } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let general: Channel
let owner: TestPerson, alice: TestPerson, guest: TestPerson, stranger: TestPerson

beforeAll(async () => {
  place = await createTestPlace()
  ;({ owner, general } = place)
  ;[alice, stranger] = [await place.aMember(), await place.api.signUp()]
  guest = await place.aMember({ role: 'guest', channels: [general] })
})
afterAll(() => place.close())

const create = (body: unknown = {}, by = alice) => place.call(by, `POST /workspaces/${place.workspace.id}/invites`, body)
const made = async (body: unknown = {}, by = alice) => (await create(body, by)).body as CreatedInvite
const expire = ({ id }: Invite) => place.api.services.db.updateTable('workspace_invites').set({ expires_at: new Date(0) }).where('id', '=', id).execute()

it('401: everything but the preview wants to know who asks', async () => {
  const { token, id } = await made()
  expectRefusal(await place.call(null, `GET /workspaces/${place.workspace.id}/invites`), 401, 'authorization_required')
  expectRefusal(await place.call(null, `POST /workspaces/${place.workspace.id}/invites`, {}), 401, 'authorization_required')
  expectRefusal(await place.call(null, `DELETE /workspaces/${place.workspace.id}/invites/${id}`), 401, 'authorization_required')
  expectRefusal(await place.call(null, `POST /invites/${token}/accept`), 401, 'authorization_required')
})

describe('POST /workspaces/:workspace_id/invites', () => {
  it('201: the invite, with its token and link this once', async () => {
    const { status, body } = await create({ email: 'someone@example.com', channel_ids: [general.id], max_uses: 1, expires_in_hours: 1 })
    expect(status).toBe(201)
    expect([...Value.Errors(CreatedInvite, body)]).toEqual([])
    const { token, url, expires_at } = body as CreatedInvite
    expect(url).toBe(`http://localhost:8080/invite/${token}`)
    expect(Date.parse(expires_at) - Date.now()).toBeLessThan(3_700_000)
  })

  it.each([
    { role: 'owner' }, { role: 5 }, { email: 'nobody' }, { email: 'a@example.com,b@example.com' }, { email: 'a@example.com\nRCPT TO:<x>' }, { max_uses: 0 }, { max_uses: 10_001 },
    { expires_in_hours: 0 }, { expires_in_hours: 721 }, { channel_ids: ['x'] }, { channel_ids: Array.from({ length: 51 }, () => newId()) }, { token: 'x' },
    { created_by: newId() }, { single_channel: 'yes' }, { revoked_at: null },
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await create(body), 400, 'invalid_request')
  })

  it('403: a role that the caller may not give; guests none', async () => {
    expectRefusal(await create({ role: 'guest', channel_ids: [general.id] }), 403, 'role_not_allowed')
    expectRefusal(await create({ role: 'admin' }), 403, 'role_not_allowed')
    expectRefusal(await create({}, guest), 403, 'guest_not_allowed')
  })

  it('404: a workspace or a channel that is not the caller\'s', async () => {
    expectRefusal(await create({}, stranger), 404, 'workspace_not_found')
    const secret = await place.aChannel({ by: owner, private: true })
    expectRefusal(await create({ channel_ids: [secret.id] }), 404, 'channel_not_found')
  })

  it('409: an archived channel; 422: a guest without a channel', async () => {
    const archived = await place.aChannel({ by: alice })
    await place.archive(archived)
    expectRefusal(await create({ channel_ids: [archived.id] }), 409, 'channel_archived')
    expectRefusal(await create({ role: 'guest' }, owner), 422, 'guest_needs_channel')
    expectRefusal(await create({ single_channel: true, channel_ids: [general.id] }, owner), 422, 'not_for_full_members')
    const room = await place.aChannel({ by: owner })
    expectRefusal(await create({ role: 'guest', single_channel: true, channel_ids: [general.id, room.id] }, owner), 422, 'single_channel_needs_one')
  })

  it('403: an address of another domain than the workspace\'s own', async () => {
    const set = (allowed_email_domains: string[]) => place.call(owner, `PATCH /workspaces/${place.workspace.id}`, { settings: { allowed_email_domains } })
    await set(['afrochat.example'])
    expectRefusal(await create({ email: 'x@elsewhere.example' }), 403, 'email_domain_not_allowed')
    expectRefusal(await place.call(stranger, `POST /invites/${(await made()).token}/accept`), 403, 'email_domain_not_allowed')
    await set([])
  })
})

describe('GET and DELETE /workspaces/:workspace_id/invites', () => {
  it('200: those that are still good, when asked for them; 400: another status', async () => {
    const [good, old] = [await made(), await made()]
    await expire(old)
    const listed = (status: string) => place.call(alice, `GET /workspaces/${place.workspace.id}/invites?status=${status}&limit=200`)
    const idsOf = ({ body }: { body: unknown }) => (body as { items: Invite[] }).items.map(({ id }) => id)
    expect(idsOf(await listed('pending'))).toContain(good.id)
    expect(idsOf(await listed('pending'))).not.toContain(old.id)
    expect(idsOf(await listed('all'))).toEqual(expect.arrayContaining([good.id, old.id]))
    expectRefusal(await listed('dead'), 400, 'invalid_request')
  })

  it('200: invites without their tokens; 204: revoked', async () => {
    const { id, token } = await made()
    const { status, body } = await place.call(alice, `GET /workspaces/${place.workspace.id}/invites`)
    const { items } = body as { items: Invite[] }
    expect(status).toBe(200)
    for (const item of items) expect([...Value.Errors(Invite, item)]).toEqual([])
    expect(items[0]?.id).toBe(id)
    expect(JSON.stringify(body)).not.toContain(token)
    expect(await place.call(alice, `DELETE /workspaces/${place.workspace.id}/invites/${id}`)).toMatchObject({ status: 204, body: undefined })
    expectRefusal(await place.call(stranger, `POST /invites/${token}/accept`), 410, 'invite_revoked')
  })

  it('403: not for guests', async () => {
    expectRefusal(await place.call(guest, `GET /workspaces/${place.workspace.id}/invites`), 403, 'guest_not_allowed')
    expectRefusal(await place.call(guest, `DELETE /workspaces/${place.workspace.id}/invites/${newId()}`), 403, 'guest_not_allowed')
  })

  it('404: of another workspace, and somebody else\'s', async () => {
    expectRefusal(await place.call(stranger, `GET /workspaces/${place.workspace.id}/invites`), 404, 'workspace_not_found')
    const { id } = await made({}, owner)
    expectRefusal(await place.call(alice, `DELETE /workspaces/${place.workspace.id}/invites/${id}`), 404, 'invite_not_found')
  })
})

describe('GET /invites/:token', () => {
  it('200: what it is for, without signing in', async () => {
    const { token } = await made()
    const { status, body } = await place.call(null, `GET /invites/${token}`)
    expect(status).toBe(200)
    expect([...Value.Errors(InvitePreview, body)]).toEqual([])
    expect(body).toMatchObject({ workspace: { id: place.workspace.id, slug: place.workspace.slug }, role: 'member', invited_by: { id: alice.user.id } })
  })

  it('404: a token that is none; 410: one that is no longer good', async () => {
    for (const token of ['x', '%22', '..%2f..', 'a'.repeat(43)]) expectRefusal(await place.call(null, `GET /invites/${token}`), 404, 'invite_not_found')
    const old = await made()
    await expire(old)
    expectRefusal(await place.call(null, `GET /invites/${old.token}`), 410, 'invite_expired')
  })
})

describe('POST /invites/:token/accept', () => {
  const accept = (token: string, by: TestPerson) => place.call(by, `POST /invites/${token}/accept`)

  it('200, and 200 again: the workspace', async () => {
    const [{ token }, newcomer] = [await made({ max_uses: 1 }), await place.api.signUp()]
    const [first, again] = [await accept(token, newcomer), await accept(token, newcomer)]
    expect([...Value.Errors(Workspace, first.body)]).toEqual([])
    for (const answer of [first, again]) expect(answer).toMatchObject({ status: 200, body: { id: place.workspace.id, slug: place.workspace.slug } })
  })

  it('403: somebody who was deactivated', async () => {
    const gone = await place.aMember()
    await place.call(owner, `DELETE /workspaces/${place.workspace.id}/members/${gone.user.id}`)
    expectRefusal(await accept((await made()).token, gone), 403, 'membership_deactivated')
  })

  it('403: an invite for another address', async () => {
    expectRefusal(await accept((await made({ email: 'x@example.com' })).token, stranger), 403, 'invite_for_another_email')
  })

  it('404: a token that is none; 410: one that is expired or used up', async () => {
    expectRefusal(await accept('nonsense', stranger), 404, 'invite_not_found')
    const [old, spent] = [await made(), await made({ max_uses: 1 })]
    await expire(old)
    await accept(spent.token, await place.api.signUp())
    expectRefusal(await accept(old.token, stranger), 410, 'invite_expired')
    expectRefusal(await accept(spent.token, stranger), 410, 'invite_used_up')
  })
})
