import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Value } from 'typebox/value'
import { Group, type HttpMethod } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let owner: TestPerson, ada: TestPerson, guest: TestPerson, stranger: TestPerson
let group: Group
beforeAll(async () => {
  place = await createTestPlace()
  ;({ owner } = place)
  ada = await place.aMember()
  guest = await place.aMember({ role: 'guest', channels: [await place.aChannel({ by: ada })] })
  stranger = await place.api.signUp()
  group = (await call(owner, 'POST', '', { handle: 'backend', name: 'Backend', user_ids: [ada.user.id] })).body as Group
})
afterAll(() => place.close())

const call = (as: TestPerson | null, method: HttpMethod, path: string, body?: unknown, workspaceId: string = place.workspace.id) =>
  place.call(as, `${method} /workspaces/${workspaceId}/groups${path}`, body)
const good = { handle: 'a-group', name: 'A group' }

describe('POST …/groups', () => {
  it('201: the new group', async () => {
    const answer = await call(owner, 'POST', '', { handle: 'Frontend', name: 'Frontend', description: 'Pages', user_ids: [ada.user.id], group_ids: [group.id] })
    expect(answer).toMatchObject({ status: 201, body: { handle: 'frontend', user_ids: [ada.user.id], group_ids: [group.id] } })
    expect(Value.Check(Group, answer.body)).toBe(true)
  })

  it('201: the same one for the same Idempotency-Key', async () => {
    const send = () => place.api.call('POST', `workspaces/${place.workspace.id}/groups`, {
      as: owner, body: { handle: 'once', name: 'Once' }, headers: { 'idempotency-key': 'a-key' },
    })
    const [first, again] = [await send(), await send()]
    expect([again.statusCode, again.json<Group>()]).toEqual([201, first.json<Group>()])
  })

  it.each([
    {}, { handle: 'x' }, { name: 'x' }, { ...good, handle: '' }, { ...good, handle: 'a b' }, { ...good, handle: '-x' }, { ...good, handle: 'x'.repeat(33) }, { ...good, handle: 'é' },
    { ...good, name: '' }, { ...good, name: 'x'.repeat(81) }, { ...good, description: 'x'.repeat(251) }, { ...good, user_ids: ['x'] },
    { ...good, user_ids: Array.from({ length: 1001 }, () => newId()) }, { ...good, group_ids: Array.from({ length: 101 }, () => newId()) },
    { ...good, id: newId() }, { ...good, workspace_id: newId() }, { ...good, created_by: newId() }, { ...good, role: 'admin' },
  ])('400: %#', async (body) => expectRefusal(await call(owner, 'POST', '', body), 400, 'invalid_request'))

  it('400: the same person twice', async () => {
    expectRefusal(await call(owner, 'POST', '', { ...good, user_ids: [ada.user.id, ada.user.id] }), 400, 'invalid_request')
  })

  it('401: without a token', async () => expectRefusal(await call(null, 'POST', '', good), 401, 'authorization_required'))

  it('403: a member, and a guest', async () => {
    expectRefusal(await call(ada, 'POST', '', good), 403, 'role_not_allowed')
    expectRefusal(await call(guest, 'POST', '', good), 403, 'guest_not_allowed')
  })

  it('404: a workspace of others, like one that is not; people and groups that are not there', async () => {
    expectRefusal(await call(stranger, 'POST', '', good), 404, 'workspace_not_found')
    expectRefusal(await call(owner, 'POST', '', good, newId()), 404, 'workspace_not_found')
    for (const id of [stranger.user.id, newId()]) expectRefusal(await call(owner, 'POST', '', { ...good, user_ids: [id] }), 404, 'user_not_found')
    expectRefusal(await call(owner, 'POST', '', { ...good, group_ids: [newId()] }), 404, 'group_not_found')
  })

  it('409: a handle that a group or a person has', async () => {
    for (const handle of ['BACKEND', ada.user.username]) expectRefusal(await call(owner, 'POST', '', { ...good, handle }), 409, 'handle_taken')
  })

  it('422: a reserved handle, a name that shows nothing, a guest', async () => {
    expectRefusal(await call(owner, 'POST', '', { ...good, handle: 'everyone' }), 422, 'handle_reserved')
    expectRefusal(await call(owner, 'POST', '', { ...good, name: '\u200b' }), 422, 'invalid_name')
    expectRefusal(await call(owner, 'POST', '', { ...good, user_ids: [guest.user.id] }), 422, 'user_is_guest')
  })
})

describe('GET …/groups and …/groups/:group_id', () => {
  it('200: all of them, and one', async () => {
    const listed = await call(ada, 'GET', '')
    expect(listed).toMatchObject({ status: 200, body: { items: expect.arrayContaining([expect.objectContaining({ id: group.id })]), next_cursor: null } })
    expect(await call(ada, 'GET', `/${group.id}`)).toMatchObject({ status: 200, body: { id: group.id, user_ids: [ada.user.id] } })
  })

  it('400: a cursor of another list', async () => expectRefusal(await call(ada, 'GET', '?cursor=x'), 400, 'invalid_cursor'))

  it('403: a guest', async () => {
    for (const path of ['', `/${group.id}`]) expectRefusal(await call(guest, 'GET', path), 403, 'guest_not_allowed')
  })

  it('404: of others; and a group that is not there, or of another workspace', async () => {
    for (const path of ['', `/${group.id}`]) expectRefusal(await call(stranger, 'GET', path), 404, 'workspace_not_found')
    const elsewhere = await place.api.services.workspace.createWorkspace(stranger.actor, { name: 'Elsewhere' })
    expectRefusal(await call(stranger, 'GET', `/${group.id}`, undefined, elsewhere.id), 404, 'group_not_found')
    expectRefusal(await call(ada, 'GET', `/${newId()}`), 404, 'group_not_found')
  })
})

describe('PATCH …/groups/:group_id', () => {
  it('200: the group as it is now', async () => {
    const answer = await call(owner, 'PATCH', `/${group.id}`, { name: 'The backend', user_ids: [ada.user.id, owner.user.id] })
    expect(answer).toMatchObject({ status: 200, body: { id: group.id, name: 'The backend', user_ids: [ada.user.id, owner.user.id].toSorted() } })
    expect(await call(owner, 'PATCH', `/${group.id}`)).toMatchObject({ status: 200, body: answer.body as object })
  })

  it.each([{ handle: null }, { user_ids: null }, { created_by: newId() }, { name: 5 }])('400: %j', async (body) => {
    expectRefusal(await call(owner, 'PATCH', `/${group.id}`, body), 400, 'invalid_request')
  })

  it('403: a member, and a guest', async () => {
    expectRefusal(await call(ada, 'PATCH', `/${group.id}`, {}), 403, 'role_not_allowed')
    expectRefusal(await call(guest, 'PATCH', `/${group.id}`, {}), 403, 'guest_not_allowed')
  })

  it('404: of others, and one that is not there', async () => {
    expectRefusal(await call(stranger, 'PATCH', `/${group.id}`, {}), 404, 'workspace_not_found')
    expectRefusal(await call(owner, 'PATCH', `/${newId()}`, {}), 404, 'group_not_found')
  })

  it('409, 422: a handle that is taken; a group in itself', async () => {
    expectRefusal(await call(owner, 'PATCH', `/${group.id}`, { handle: ada.user.username }), 409, 'handle_taken')
    expectRefusal(await call(owner, 'PATCH', `/${group.id}`, { group_ids: [group.id] }), 422, 'group_in_itself')
  })
})

describe('DELETE …/groups/:group_id', () => {
  it('403: a member, and a guest', async () => {
    expectRefusal(await call(ada, 'DELETE', `/${group.id}`), 403, 'role_not_allowed')
    expectRefusal(await call(guest, 'DELETE', `/${group.id}`), 403, 'guest_not_allowed')
  })

  it('204, then 404', async () => {
    expect(await call(owner, 'DELETE', `/${group.id}`)).toMatchObject({ status: 204, body: undefined })
    expectRefusal(await call(owner, 'DELETE', `/${group.id}`), 404, 'group_not_found')
    expectRefusal(await call(stranger, 'DELETE', `/${group.id}`), 404, 'workspace_not_found')
  })
})
