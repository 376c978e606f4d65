import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Boot, Workspace, WorkspaceMember, type Channel } from '@afrochat/contracts'
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
  const operations = (id: string): Request[] => [`GET /workspaces/${id}`, `GET /workspaces/${id}/members`, `GET /workspaces/${id}/boot`]

  it('401: wants to know who asks', async () => {
    for (const request of [...operations(place.workspace.id), 'GET /workspaces' as const, `GET /workspaces/by-slug/${place.workspace.slug}` as const]) {
      expectRefusal(await place.call(null, request), 401, 'authorization_required')
    }
    expectRefusal(await place.call(null, 'POST /workspaces', { name: 'x' }), 401, 'authorization_required')
  })

  it('404: tells a stranger the same as of a workspace that does not exist', async () => {
    const nothing = operations(newId())
    for (const [index, request] of operations(place.workspace.id).entries()) {
      const [hidden, missing] = await Promise.all([place.call(stranger, request), place.call(stranger, nothing[index] ?? request)])
      expectRefusal(hidden, 404, 'workspace_not_found')
      expect({ ...(hidden.body as object), request_id: '' }).toEqual({ ...(missing.body as object), request_id: '' })
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
