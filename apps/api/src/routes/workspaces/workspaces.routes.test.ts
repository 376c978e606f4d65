import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AuditEntry, Boot, Workspace, WorkspaceMember, type Channel } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type Request, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let general: Channel
let owner: TestPerson, alice: TestPerson, guest: TestPerson, stranger: TestPerson

beforeAll(async () => {
  place = await createTestPlace()
  ;({ owner, general } = place)
  alice = await place.aMember()
  guest = await place.aMember({ role: 'guest', channels: [general] })
  stranger = await place.api.signUp()
})
afterAll(() => place.close())

const idsOf = (body: unknown) => (body as { items: { id: string }[] }).items.map(({ id }) => id)

describe('every operation on workspaces', () => {
  const operations = (id: string): Request[] => [
    `GET /workspaces/${id}`, `GET /workspaces/${id}/members`, `GET /workspaces/${id}/boot`, `GET /workspaces/${id}/audit-log`, `DELETE /workspaces/${id}`,
    `POST /workspaces/${id}/leave`, `DELETE /workspaces/${id}/members/${owner.user.id}`,
  ]
  const withBody = (id: string): [Request, object][] => [
    [`PATCH /workspaces/${id}`, { name: 'Mine' }], [`POST /workspaces/${id}/transfer`, { user_id: stranger.user.id }],
    [`PATCH /workspaces/${id}/members/${owner.user.id}`, { role: 'member' }],
  ]

  it('401: wants to know who asks', async () => {
    for (const request of [...operations(place.workspace.id), 'GET /workspaces' as const, `GET /workspaces/by-slug/${place.workspace.slug}` as const]) {
      expectRefusal(await place.call(null, request), 401, 'authorization_required')
    }
    expectRefusal(await place.call(null, 'POST /workspaces', { name: 'x' }), 401, 'authorization_required')
    for (const [request, body] of withBody(place.workspace.id)) expectRefusal(await place.call(null, request, body), 401, 'authorization_required')
  })

  it('404: tells a stranger the same as of a workspace that does not exist', async () => {
    const nothing = operations(newId())
    for (const [index, request] of operations(place.workspace.id).entries()) {
      const [hidden, missing] = await Promise.all([place.call(stranger, request), place.call(stranger, nothing[index] ?? request)])
      expectRefusal(hidden, 404, 'workspace_not_found')
      expect({ ...(hidden.body as object), request_id: '' }).toEqual({ ...(missing.body as object), request_id: '' })
    }
    for (const id of [place.workspace.id, newId()]) {
      for (const [request, body] of withBody(id)) expectRefusal(await place.call(stranger, request, body), 404, 'workspace_not_found')
    }
    expectRefusal(await place.call(stranger, `GET /workspaces/by-slug/${place.workspace.slug}`), 404, 'workspace_not_found')
  })

  it('400: refuses ids that are none', async () => {
    for (const request of [...operations('1'), ...operations(place.workspace.id.toUpperCase())]) {
      expectRefusal(await place.call(alice, request), 400, 'invalid_request')
    }
  })
})

describe('POST /workspaces', () => {
  const create = (body: unknown, by = stranger) => place.call(by, 'POST /workspaces', body)

  it('201: a workspace of the caller', async () => {
    const { status, body } = await create({ name: 'Café Addis', description: 'Coffee' })
    expect(status).toBe(201)
    expect([...Value.Errors(Workspace, body)]).toEqual([])
    expect(body).toMatchObject({ name: 'Café Addis', slug: 'cafe-addis', description: 'Coffee', owner_id: stranger.user.id })
  })

  it.each([
    {}, { name: '' }, { name: 5 }, { name: 'x'.repeat(81) }, { name: 'x', slug: 'No Slug' }, { name: 'x', slug: '' }, { name: 'x', owner_id: newId() }, { name: 'x', id: newId() },
    { name: 'x', description: 'x'.repeat(251) }, [],
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await create(body), 400, 'invalid_request')
  })

  it.each(['a\0b', '\ud800'])('400 invalid_text: the name %j', async (name) => {
    expectRefusal(await create({ name }), 400, 'invalid_text')
  })

  it('409: a slug that is taken', async () => {
    expectRefusal(await create({ name: 'x', slug: place.workspace.slug }), 409, 'slug_taken')
  })

  it('422: a name in which there is nothing to see', async () => {
    expectRefusal(await create({ name: '\u200b' }), 422, 'invalid_name')
  })
})

describe('GET /workspaces', () => {
  it('200: those of the caller, page by page', async () => {
    const person = await place.api.signUp()
    const made = [await place.api.services.workspace.createWorkspace(person.actor, { name: 'One' }), await place.api.services.workspace.createWorkspace(person.actor, { name: 'Two' })]
    const first = await place.call(person, 'GET /workspaces?limit=1')
    expect(first).toMatchObject({ status: 200, body: { items: [made[0]] } })
    const { next_cursor } = first.body as { next_cursor: string }
    expect(await place.call(person, `GET /workspaces?limit=1&cursor=${next_cursor}`)).toMatchObject({ status: 200, body: { items: [made[1]], next_cursor: null } })
  })

  it('400: a limit that is none, a cursor of another list, an unknown parameter', async () => {
    for (const limit of ['0', '-1', '201', '1e9', 'NaN', 'x', '1.5']) expectRefusal(await place.call(alice, `GET /workspaces?limit=${limit}`), 400, 'invalid_request')
    expectRefusal(await place.call(alice, 'GET /workspaces?page=2'), 400, 'invalid_request')
    expectRefusal(await place.call(alice, 'GET /workspaces?cursor=abc'), 400, 'invalid_cursor')
  })
})

describe('GET /workspaces/:workspace_id and by slug', () => {
  it('200: the workspace, for every member', async () => {
    for (const user of [owner, alice, guest]) {
      expect(await place.call(user, `GET /workspaces/${place.workspace.id}`)).toMatchObject({ status: 200, body: place.workspace })
      expect(await place.call(user, `GET /workspaces/by-slug/${place.workspace.slug}`)).toMatchObject({ status: 200, body: place.workspace })
    }
  })
})

describe('GET /workspaces/:workspace_id/members', () => {
  it('200: everybody, without addresses', async () => {
    const { status, body } = await place.call(alice, `GET /workspaces/${place.workspace.id}/members`)
    const { items } = body as { items: WorkspaceMember[] }
    expect(status).toBe(200)
    for (const item of items) expect([...Value.Errors(WorkspaceMember, item)]).toEqual([])
    expect(new Map(items.map(({ user, role }) => [user.id, role]))).toEqual(new Map([[owner.user.id, 'owner'], [alice.user.id, 'member'], [guest.user.id, 'guest']]))
    expect(JSON.stringify(body)).not.toContain('@example.com')
  })

  it('403: not for guests', async () => {
    expectRefusal(await place.call(guest, `GET /workspaces/${place.workspace.id}/members`), 403, 'guest_not_allowed')
  })
})

describe('GET /workspaces/:workspace_id/boot', () => {
  it('200: the first screen, with nobody\'s address but the caller\'s own', async () => {
    const { status, body } = await place.call(alice, `GET /workspaces/${place.workspace.id}/boot`)
    expect(status).toBe(200)
    expect([...Value.Errors(Boot, body)]).toEqual([])
    expect(body).toMatchObject({ me: { id: alice.user.id, email: alice.user.email }, workspace: place.workspace, role: 'member', channels: [{ id: general.id }] })
    expect(idsOf({ items: (body as Boot).users }).toSorted()).toEqual([owner, alice, guest].map(({ user }) => user.id).toSorted())
  })
})

describe('PATCH /workspaces/:workspace_id', () => {
  const update = (body: unknown, by = owner) => place.call(by, `PATCH /workspaces/${place.workspace.id}`, body)

  it('200: the workspace as it is now, with the settings that were not named as they were', async () => {
    const { status, body } = await update({ description: 'Coffee', settings: { guests_may_pin: true } })
    expect(status).toBe(200)
    expect([...Value.Errors(Workspace, body)]).toEqual([])
    expect(body).toEqual({
      ...place.workspace, description: 'Coffee', settings: { ...place.workspace.settings, guests_may_pin: true }, updated_at: (body as Workspace).updated_at,
    })
    expect(await update({ description: null, settings: { guests_may_pin: false } })).toMatchObject({ status: 200, body: { description: null } })
  })

  it.each([
    {}, { name: '' }, { name: 5 }, { name: 'x'.repeat(81) }, { slug: 'No Slug' }, { slug: null }, { owner_id: newId() }, { icon_url: 'https://example.com/x.png' }, { settings: {} },
    { settings: { members_may_fly: true } }, { settings: { guests_may_pin: 'yes' } }, { settings: { guests_may_pin: null } }, { settings: { edit_window_minutes: 0 } },
    { settings: { allowed_email_domains: ['Example.com'] } }, { settings: { allowed_email_domains: ['a', 'a'] } }, { settings: { allowed_email_domains: ['@example.com'] } },
    { deleted_at: null }, [],
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await update(body), 400, 'invalid_request')
  })

  it('403: not for members and guests; 409: an address that is taken; 422: a name in which there is nothing to see', async () => {
    expectRefusal(await update({ name: 'Mine' }, alice), 403, 'role_not_allowed')
    expectRefusal(await update({ name: 'Mine' }, guest), 403, 'guest_not_allowed')
    const other = await place.api.services.workspace.createWorkspace(stranger.actor, { name: 'Other place' })
    expectRefusal(await update({ slug: other.slug }), 409, 'slug_taken')
    expectRefusal(await update({ name: '\u200b' }), 422, 'invalid_name')
  })
})

describe('PATCH and DELETE /workspaces/:workspace_id/members/:user_id', () => {
  const path = (of: TestPerson) => `/workspaces/${place.workspace.id}/members/${of.user.id}` as const
  const change = (of: TestPerson, body: unknown, by = owner) => place.call(by, `PATCH ${path(of)}`, body)
  const deactivate = (of: TestPerson, by = owner) => place.call(by, `DELETE ${path(of)}`)

  it('200: the member as they are now, with their address for admins; 204, and 200 again: out, and in', async () => {
    const person = await place.aMember()
    const { status, body } = await change(person, { role: 'guest', single_channel: true, channel_ids: [general.id] })
    expect(status).toBe(200)
    expect([...Value.Errors(WorkspaceMember, body)]).toEqual([])
    expect(body).toMatchObject({ user: { id: person.user.id, email: person.user.email }, role: 'guest', single_channel: true, deactivated_at: null })
    expect(await deactivate(person)).toMatchObject({ status: 204, body: undefined })
    expect(await deactivate(person)).toMatchObject({ status: 204 })
    expectRefusal(await place.call(person, `GET /workspaces/${place.workspace.id}`), 404, 'workspace_not_found')
    expect(await change(person, { deactivated: false })).toMatchObject({ status: 200, body: { role: 'guest', single_channel: true, deactivated_at: null } })
    expect(await place.call(person, `GET /workspaces/${place.workspace.id}`)).toMatchObject({ status: 200 })
  })

  it.each([
    {}, { role: 'boss' }, { role: null }, { role: 'member', user_id: newId() }, { single_channel: 'yes' }, { channel_ids: [] }, { channel_ids: ['x'] },
    { channel_ids: Array.from({ length: 201 }, () => newId()) }, { deactivated: true }, { deactivated_at: null }, { joined_at: '2026-01-01T00:00:00Z' },
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await change(alice, body), 400, 'invalid_request')
  })

  it('403: by those who may not', async () => {
    expectRefusal(await change(alice, { role: 'admin' }, alice), 403, 'role_not_allowed')
    expectRefusal(await change(guest, { role: 'member' }, guest), 403, 'guest_not_allowed')
    expectRefusal(await deactivate(owner, alice), 403, 'role_not_allowed')
    const admin = await place.aMember({ role: 'admin' })
    expectRefusal(await change(owner, { role: 'member' }, admin), 403, 'role_not_allowed')
    expectRefusal(await deactivate(owner, admin), 403, 'role_not_allowed')
  })

  it('404: somebody who is not there, and a channel that they are not in', async () => {
    expectRefusal(await change(stranger, { role: 'admin' }), 404, 'user_not_found')
    expectRefusal(await deactivate(stranger), 404, 'user_not_found')
    expectRefusal(await change(alice, { role: 'guest', channel_ids: [newId()] }), 404, 'channel_not_found')
  })

  it('409: the last owner, oneself, and who is gone', async () => {
    expectRefusal(await change(owner, { role: 'admin' }), 409, 'last_owner')
    expectRefusal(await deactivate(owner), 409, 'cant_deactivate_self')
    const [gone, left] = [await place.aMember(), await place.aMember()]
    await deactivate(gone)
    expectRefusal(await change(gone, { role: 'admin' }), 409, 'member_deactivated')
    await place.call(left, `POST /workspaces/${place.workspace.id}/leave`)
    expectRefusal(await change(left, { deactivated: false }), 409, 'member_has_left')
  })

  it('422: what binds a guest to channels, for others; and what does not bind', async () => {
    expectRefusal(await change(alice, { single_channel: true }), 422, 'not_for_full_members')
    expectRefusal(await change(alice, { deactivated: false, role: 'admin' }), 422, 'reactivation_stands_alone')
    const room = await place.aChannel({ by: owner, members: [alice] })
    expectRefusal(await change(alice, { role: 'guest', single_channel: true, channel_ids: [general.id, room.id] }), 422, 'single_channel_needs_one')
  })
})

describe('POST /workspaces/:workspace_id/leave and /transfer', () => {
  const transfer = (body: unknown, by = owner) => place.call(by, `POST /workspaces/${place.workspace.id}/transfer`, body)

  it('204: gone; 404 afterwards; 409 for the last owner', async () => {
    const person = await place.aMember()
    expect(await place.call(person, `POST /workspaces/${place.workspace.id}/leave`)).toMatchObject({ status: 204, body: undefined })
    expectRefusal(await place.call(person, `POST /workspaces/${place.workspace.id}/leave`), 404, 'workspace_not_found')
    expectRefusal(await place.call(owner, `POST /workspaces/${place.workspace.id}/leave`), 409, 'last_owner')
  })

  it('200: the workspace with its new owner; 403: only by the owner', async () => {
    const heir = await place.aMember()
    expectRefusal(await transfer({ user_id: heir.user.id }, alice), 403, 'role_not_allowed')
    expect(await transfer({ user_id: heir.user.id })).toMatchObject({ status: 200, body: { id: place.workspace.id, owner_id: heir.user.id } })
    expectRefusal(await transfer({ user_id: alice.user.id }), 403, 'role_not_allowed')
    expect(await transfer({ user_id: owner.user.id }, heir)).toMatchObject({ status: 200, body: { owner_id: owner.user.id } })
  })

  it('400: nobody, or something else; 404: who is not there', async () => {
    for (const body of [{}, { user_id: 'x' }, { user_id: alice.user.id, role: 'owner' }]) expectRefusal(await transfer(body), 400, 'invalid_request')
    expectRefusal(await transfer({ user_id: newId() }), 404, 'user_not_found')
  })
})

describe('GET /workspaces/:workspace_id/audit-log', () => {
  const read = (query = '', by = owner) => place.call(by, `GET /workspaces/${place.workspace.id}/audit-log${query}`)

  it('200: entries, the newest first, by actor and action, page by page', async () => {
    await place.call(owner, `PATCH /workspaces/${place.workspace.id}`, { description: 'Audited' })
    const { status, body } = await read(`?actor_id=${owner.user.id}&action=workspace_updated&limit=1`)
    const { items, next_cursor } = body as { items: AuditEntry[]; next_cursor: string | null }
    expect(status).toBe(200)
    for (const item of items) expect([...Value.Errors(AuditEntry, item)]).toEqual([])
    expect(items).toMatchObject([{ action: 'workspace_updated', actor_id: owner.user.id, target_id: place.workspace.id, request_id: expect.any(String) }])
    const next = (await read(`?actor_id=${owner.user.id}&action=workspace_updated&limit=1&cursor=${next_cursor}`)).body as { items: AuditEntry[] }
    expect(next.items[0]?.number).toBeLessThan(items[0]?.number ?? 0)
    expect(await read('?action=no_such_thing')).toMatchObject({ status: 200, body: { items: [], next_cursor: null } })
  })

  it('400: an actor that is none, a cursor of another list, an unknown parameter; 403: members and guests', async () => {
    expectRefusal(await read('?actor_id=x'), 400, 'invalid_request')
    expectRefusal(await read('?since=2026'), 400, 'invalid_request')
    expectRefusal(await read('?cursor=abc'), 400, 'invalid_cursor')
    expectRefusal(await read('', alice), 403, 'role_not_allowed')
    expectRefusal(await read('', guest), 403, 'guest_not_allowed')
    expect((await read('?action=permission_denied')).body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ actor_id: alice.user.id })]) })
  })
})

describe('DELETE /workspaces/:workspace_id', () => {
  it('403: not for others than owners; 204: gone, for everybody', async () => {
    const doomed = await place.api.services.workspace.createWorkspace(stranger.actor, { name: 'Doomed' })
    const { token } = await place.api.services.workspace.createInvite(stranger.actor, { workspace_id: doomed.id })
    await place.call(alice, `POST /invites/${token}/accept`)
    expectRefusal(await place.call(alice, `DELETE /workspaces/${doomed.id}`), 403, 'role_not_allowed')
    expect(await place.call(stranger, `DELETE /workspaces/${doomed.id}`)).toMatchObject({ status: 204, body: undefined })
    for (const person of [stranger, alice]) expectRefusal(await place.call(person, `GET /workspaces/${doomed.id}`), 404, 'workspace_not_found')
    expectRefusal(await place.call(stranger, `DELETE /workspaces/${doomed.id}`), 404, 'workspace_not_found')
  })
})
