import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Channel, ChannelMember } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type Request, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let general: Channel, open: Channel, closed: Channel, archived: Channel
let owner: TestPerson, alice: TestPerson, bob: TestPerson, guest: TestPerson, stranger: TestPerson

beforeAll(async () => {
  place = await createTestPlace()
  ;({ owner, general } = place)
  ;[alice, bob, stranger] = [await place.aMember(), await place.aMember(), await place.api.signUp()]
  open = await place.aChannel({ by: alice })
  closed = await place.aChannel({ by: alice, private: true })
  archived = await place.aChannel({ by: alice, members: [bob] })
  await place.archive(archived)
  guest = await place.aMember({ role: 'guest', channels: [general] })
})
afterAll(() => place.close())

const aChannel = (facts: { private?: boolean; members?: TestPerson[] } = {}) => place.aChannel({ by: alice, ...facts })
type Operation = [Request, unknown?]

describe('every operation on a channel', () => {
  const operations = (id: string): Operation[] => [
    [`GET /channels/${id}`], [`POST /channels/${id}/join`], [`POST /channels/${id}/leave`], [`GET /channels/${id}/members`],
    [`POST /channels/${id}/members`, { user_ids: [bob.user.id] }], [`DELETE /channels/${id}/members/${alice.user.id}`], [`POST /channels/${id}/read`, { seq: 1 }],
    [`POST /channels/${id}/unread`, { seq: 1 }],
    [`PATCH /channels/${id}`, { topic: 'x' }], [`POST /channels/${id}/archive`], [`POST /channels/${id}/unarchive`], [`DELETE /channels/${id}`],
    [`PATCH /channels/${id}/members/${alice.user.id}`, { role: 'member' }], [`PATCH /channels/${id}/preferences`, { muted: true }],
  ]

  it('401: wants to know who asks', async () => {
    for (const [request, body] of operations(open.id)) expectRefusal(await place.call(null, request, body), 401, 'authorization_required')
  })

  it('404: tells everybody outside a private channel, owners too, the same as of a channel that does not exist', async () => {
    const nothing = operations(newId())
    for (const [index, [request, body]] of operations(closed.id).entries()) {
      for (const outsider of [bob, owner, guest, stranger]) {
        const [hidden, missing] = await Promise.all([place.call(outsider, request, body), place.call(outsider, nothing[index]?.[0] ?? request, body)])
        expectRefusal(hidden, 404, 'channel_not_found')
        expect({ ...(hidden.body as object), request_id: '' }).toEqual({ ...(missing.body as object), request_id: '' })
      }
    }
  })

  it('404: tells strangers and guests elsewhere nothing of a public channel', async () => {
    for (const [request, body] of operations(open.id)) {
      for (const outsider of [guest, stranger]) expectRefusal(await place.call(outsider, request, body), 404, 'channel_not_found')
    }
  })

  it('400: refuses ids that are none', async () => {
    for (const [request, body] of [...operations('1'), ...operations(open.id.toUpperCase())]) {
      expectRefusal(await place.call(alice, request, body), 400, 'invalid_request')
    }
  })
})

describe('POST /workspaces/:workspace_id/channels', () => {
  const create = (body: unknown, by = alice) => place.call(by, `POST /workspaces/${place.workspace.id}/channels`, body)

  it('201: the channel, as its first member sees it', async () => {
    const { status, body } = await create({ name: 'Équipe', kind: 'private', description: null })
    expect(status).toBe(201)
    expect([...Value.Errors(Channel, body)]).toEqual([])
    expect(body).toMatchObject({ name: 'équipe', kind: 'private', is_private: true, is_member: true, role: 'manager', member_count: 1 })
  })

  it.each([
    {}, { name: 'x' }, { kind: 'public' }, { name: 'x', kind: 'dm' }, { name: '', kind: 'public' }, { name: 'x'.repeat(81), kind: 'public' },
    { name: 'x', kind: 'public', is_default: true }, { name: 'x', kind: 'public', workspace_id: newId() }, { name: ['x'], kind: 'public' },
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await create(body), 400, 'invalid_request')
  })

  it('403: not by guests', async () => {
    expectRefusal(await create({ name: 'x', kind: 'public' }, guest), 403, 'guest_not_allowed')
  })

  it('404: not in somebody else\'s workspace', async () => {
    expectRefusal(await create({ name: 'x', kind: 'public' }, stranger), 404, 'workspace_not_found')
  })

  it('409: a name that is taken, also by an archived channel', async () => {
    expectRefusal(await create({ name: 'GENERAL', kind: 'private' }), 409, 'name_taken')
    expectRefusal(await create({ name: archived.name, kind: 'public' }), 409, 'name_taken')
  })

  it('422: a name that is none, and one that means something else', async () => {
    expectRefusal(await create({ name: 'two words', kind: 'public' }), 422, 'invalid_name')
    expectRefusal(await create({ name: 'everyone', kind: 'public' }), 422, 'name_reserved')
  })
})

describe('GET /workspaces/:workspace_id/channels', () => {
  const list = (query = '', by = bob) => place.call(by, `GET /workspaces/${place.workspace.id}/channels${query}`)
  const idsOf = (body: unknown) => (body as { items: Channel[] }).items.map(({ id }) => id)

  it('200: the own ones, the public ones, the archived ones', async () => {
    for (const { body } of [await list(), await list('?filter=browse'), await list('?filter=archived')]) {
      for (const item of (body as { items: unknown[] }).items) expect([...Value.Errors(Channel, item)]).toEqual([])
    }
    expect(idsOf((await list()).body)).toEqual([general.id, archived.id])
    expect(idsOf((await list('?filter=browse')).body)).toEqual(expect.arrayContaining([general.id, open.id]))
    expect(idsOf((await list('?filter=archived')).body)).toEqual([archived.id])
    expect(idsOf((await list('?filter=browse', guest)).body)).toEqual([general.id])
  })

  it('400: an unknown filter, and a cursor of another filter', async () => {
    expectRefusal(await list('?filter=all'), 400, 'invalid_request')
    const { next_cursor } = (await list('?limit=1')).body as { next_cursor: string }
    expectRefusal(await list(`?filter=browse&cursor=${next_cursor}`), 400, 'invalid_cursor')
  })

  it('404: of somebody else\'s workspace', async () => {
    expectRefusal(await list('', stranger), 404, 'workspace_not_found')
  })
})

describe('GET /channels/:channel_id', () => {
  it('200: a public channel for every full member, joined or not', async () => {
    const { status, body } = await place.call(bob, `GET /channels/${open.id}`)
    expect(status).toBe(200)
    expect([...Value.Errors(Channel, body)]).toEqual([])
    expect(body).toMatchObject({ id: open.id, is_member: false, role: null, unread_count: 0 })
  })
})

describe('POST /channels/:channel_id/join and leave', () => {
  it('200, and 200 again: the channel with the caller in it; 204: out of it', async () => {
    const { id } = await aChannel()
    const first = await place.call(bob, `POST /channels/${id}/join`)
    expect(first).toMatchObject({ status: 200, body: { id, is_member: true, role: 'member', member_count: 2 } })
    expect(await place.call(bob, `POST /channels/${id}/join`)).toMatchObject({ status: 200, body: first.body as object })
    expect(await place.call(bob, `POST /channels/${id}/leave`)).toMatchObject({ status: 204, body: undefined })
  })

  it('403: leaving a public channel that one is not in', async () => {
    expectRefusal(await place.call(bob, `POST /channels/${open.id}/leave`), 403, 'not_in_channel')
  })

  it('409: an archived channel, the default channel, the last one in a private channel', async () => {
    expectRefusal(await place.call(bob, `POST /channels/${archived.id}/join`), 409, 'channel_archived')
    expectRefusal(await place.call(bob, `POST /channels/${archived.id}/leave`), 409, 'channel_archived')
    expectRefusal(await place.call(bob, `POST /channels/${general.id}/leave`), 409, 'cant_leave_default_channel')
    expectRefusal(await place.call(alice, `POST /channels/${closed.id}/leave`), 409, 'last_member')
  })
})

describe('/channels/:channel_id/members', () => {
  const add = (id: string, user_ids: unknown, by = alice) => place.call(by, `POST /channels/${id}/members`, { user_ids })
  const remove = (id: string, user: TestPerson, by = alice) => place.call(by, `DELETE /channels/${id}/members/${user.user.id}`)

  it('GET 200: the members, page by page', async () => {
    const { id } = await aChannel({ members: [bob] })
    const { status, body } = await place.call(bob, `GET /channels/${id}/members`)
    const { items } = body as { items: ChannelMember[] }
    expect(status).toBe(200)
    for (const item of items) expect([...Value.Errors(ChannelMember, item)]).toEqual([])
    expect(new Map(items.map(({ user, role }) => [user.id, role]))).toEqual(new Map([[alice.user.id, 'manager'], [bob.user.id, 'member']]))
    expect(JSON.stringify(body)).not.toContain('@example.com')
  })

  it('POST 200: the people asked for, as members; DELETE 204', async () => {
    const { id } = await aChannel({ private: true })
    expect(await add(id, [bob.user.id, alice.user.id])).toMatchObject({
      status: 200, body: { items: [{ user: { id: bob.user.id }, role: 'member' }, { user: { id: alice.user.id }, role: 'manager' }] },
    })
    expect(await place.call(alice, `POST /channels/${id}/members`, { user_ids: [owner.user.id, stranger.user.id], force: true })).toMatchObject({
      status: 200, body: { items: [{ user: { id: owner.user.id } }], failed: [{ id: stranger.user.id, code: 'user_not_found', error: expect.any(String) }] },
    })
    expect(await remove(id, bob)).toMatchObject({ status: 204, body: undefined })
    expectRefusal(await place.call(bob, `GET /channels/${id}`), 404, 'channel_not_found')
  })

  it('POST 400: nobody, too many, somebody twice, ids that are none', async () => {
    const many = Array.from({ length: 101 }, () => newId())
    for (const user_ids of [[], many, [bob.user.id, bob.user.id], ['x'], 'x', null]) expectRefusal(await add(open.id, user_ids), 400, 'invalid_request')
    expectRefusal(await place.call(alice, `POST /channels/${open.id}/members`, { user_ids: [bob.user.id], role: 'manager' }), 400, 'invalid_request')
  })

  it('403: adding as a guest; removing as a plain member', async () => {
    const { id } = await aChannel({ members: [bob, guest] })
    expectRefusal(await add(id, [owner.user.id], guest), 403, 'guest_not_allowed')
    expectRefusal(await remove(id, alice, bob), 403, 'not_allowed')
  })

  it('404: somebody who is not in the workspace, or not in the channel', async () => {
    expectRefusal(await add(open.id, [bob.user.id, stranger.user.id]), 404, 'user_not_found')
    expectRefusal(await remove(open.id, bob), 404, 'user_not_found')
  })

  it('409: an archived channel, oneself, somebody in the default channel', async () => {
    expectRefusal(await add(archived.id, [owner.user.id]), 409, 'channel_archived')
    expectRefusal(await remove(archived.id, bob), 409, 'channel_archived')
    expectRefusal(await add(open.id, [bob.user.id], bob), 409, 'cant_add_self')
    expectRefusal(await remove(open.id, alice), 409, 'cant_remove_self')
    expectRefusal(await remove(general.id, bob, owner), 409, 'cant_remove_from_default_channel')
  })
})

describe('PATCH /channels/:channel_id', () => {
  const update = (id: string, body: unknown, by = alice) => place.call(by, `PATCH /channels/${id}`, body)

  it('200: the channel as it is now', async () => {
    const { id, name } = await aChannel()
    const { status, body } = await update(id, { name: `${name}-Neu`, topic: 'Plans', description: null, posting: 'managers' })
    expect(status).toBe(200)
    expect([...Value.Errors(Channel, body)]).toEqual([])
    expect(body).toMatchObject({ id, name: `${name}-neu`, topic: 'Plans', posting: 'managers', kind: 'public', is_default: false })
  })

  it.each([
    {}, { name: '' }, { name: null }, { name: 'x'.repeat(81) }, { topic: 'x'.repeat(251) }, { kind: 'dm' }, { posting: 'nobody' }, { is_default: 'yes' },
    { archived_at: null }, { topic: 1 },
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await update(open.id, body), 400, 'invalid_request')
  })

  it('403: by guests, by who is not in it, and what only admins may', async () => {
    const { id } = await aChannel({ members: [guest, bob] })
    expectRefusal(await update(id, { topic: 'x' }, guest), 403, 'guest_not_allowed')
    expectRefusal(await update(open.id, { topic: 'x' }, bob), 403, 'not_in_channel')
    for (const change of [{ kind: 'private' }, { is_default: true }]) expectRefusal(await update(id, change), 403, 'not_allowed')
    expectRefusal(await update(id, { posting: 'managers' }, bob), 403, 'not_allowed')
  })

  it('409: an archived channel, a name that is taken, a default channel that would be private or the last', async () => {
    expectRefusal(await update(archived.id, { topic: 'x' }), 409, 'channel_archived')
    expectRefusal(await update(open.id, { name: 'general' }), 409, 'name_taken')
    expectRefusal(await update(general.id, { kind: 'private' }, owner), 409, 'default_channel_not_public')
    expectRefusal(await update(general.id, { is_default: false }, owner), 409, 'last_default_channel')
    const { id } = await aChannel()
    await place.call(alice, `POST /channels/${id}/leave`)
    expectRefusal(await update(id, { kind: 'private' }, owner), 409, 'channel_empty')
  })

  it('422: a name that is none, and one that means something else', async () => {
    expectRefusal(await update(open.id, { name: 'two words' }), 422, 'invalid_name')
    expectRefusal(await update(open.id, { name: 'here' }), 422, 'name_reserved')
  })
})

describe('POST /channels/:channel_id/archive and unarchive, DELETE', () => {
  it('200, and 200 again: the channel; 204: gone, for everybody', async () => {
    const { id } = await aChannel()
    const first = await place.call(alice, `POST /channels/${id}/archive`)
    expect(first).toMatchObject({ status: 200, body: { id, archived_at: expect.any(String) } })
    expect(await place.call(alice, `POST /channels/${id}/archive`)).toMatchObject({ status: 200, body: { archived_at: (first.body as Channel).archived_at } })
    expect(await place.call(alice, `POST /channels/${id}/unarchive`)).toMatchObject({ status: 200, body: { id, archived_at: null } })
    expect(await place.call(owner, `DELETE /channels/${id}`)).toMatchObject({ status: 204, body: undefined })
    for (const person of [alice, owner]) expectRefusal(await place.call(person, `GET /channels/${id}`), 404, 'channel_not_found')
  })

  it('403: by members, and deleting also by managers', async () => {
    const { id } = await aChannel({ members: [bob] })
    for (const act of ['archive', 'unarchive']) expectRefusal(await place.call(bob, `POST /channels/${id}/${act}`), 403, 'not_allowed')
    for (const person of [alice, bob]) expectRefusal(await place.call(person, `DELETE /channels/${id}`), 403, 'not_allowed')
  })

  it('409: a default channel', async () => {
    expectRefusal(await place.call(owner, `POST /channels/${general.id}/archive`), 409, 'cant_archive_default_channel')
    expectRefusal(await place.call(owner, `DELETE /channels/${general.id}`), 409, 'cant_delete_default_channel')
  })
})

describe('PATCH /channels/:channel_id/members/:user_id', () => {
  const setRole = (id: string, person: TestPerson, role: unknown, by = alice) => place.call(by, `PATCH /channels/${id}/members/${person.user.id}`, { role })

  it('200: the member, with the role', async () => {
    const { id } = await aChannel({ members: [bob] })
    const { status, body } = await setRole(id, bob, 'manager')
    expect(status).toBe(200)
    expect([...Value.Errors(ChannelMember, body)]).toEqual([])
    expect(body).toMatchObject({ user: { id: bob.user.id }, role: 'manager' })
  })

  it('400: no role that there is; 403: by members; 404: somebody who is not in it; 409: a guest, an archived channel', async () => {
    const { id } = await aChannel({ members: [bob, guest] })
    expectRefusal(await setRole(id, bob, 'owner'), 400, 'invalid_request')
    expectRefusal(await setRole(id, alice, 'member', bob), 403, 'not_allowed')
    expectRefusal(await setRole(id, owner, 'manager'), 404, 'user_not_found')
    expectRefusal(await setRole(id, guest, 'manager'), 409, 'guest_cant_manage')
    expectRefusal(await setRole(archived.id, bob, 'manager'), 409, 'channel_archived')
  })
})

describe('PATCH /channels/:channel_id/preferences', () => {
  it('200: the channel with what one wants of it, in an archived one too', async () => {
    for (const { id } of [open, archived]) {
      const { status, body } = await place.call(bob, `PATCH /channels/${id}/preferences`, { muted: true, notify: 'none' })
      expect(status).toBe(200)
      expect([...Value.Errors(Channel, body)]).toEqual([])
      expect(body).toMatchObject({ id, muted: true, notify: 'none', starred: false })
    }
  })

  it.each([{}, { muted: 1 }, { notify: 'sometimes' }, { starred: null }, { last_read_seq: 1 }])('400 invalid_request: %j', async (body) => {
    expectRefusal(await place.call(bob, `PATCH /channels/${open.id}/preferences`, body), 400, 'invalid_request')
  })
})

describe('POST /workspaces/:workspace_id/dms', () => {
  const openDm = (user_ids: unknown, by = alice) => place.call(by, `POST /workspaces/${place.workspace.id}/dms`, { user_ids })

  it('201: the conversation; 200: the one that is there', async () => {
    const { status, body } = await openDm([bob.user.id])
    expect(status).toBe(201)
    expect([...Value.Errors(Channel, body)]).toEqual([])
    expect(body).toMatchObject({ kind: 'dm', name: null, user_ids: [alice.user.id, bob.user.id].toSorted(), is_member: true, member_count: 2 })
    expect(await openDm([alice.user.id, bob.user.id], bob)).toMatchObject({ status: 200, body: { id: (body as Channel).id } })
  })

  it('400: nobody, somebody twice, ids that are none', async () => {
    for (const user_ids of [[], [bob.user.id, bob.user.id], ['x'], null]) expectRefusal(await openDm(user_ids), 400, 'invalid_request')
  })

  it('401, 404: not signed in, not in the workspace, or with somebody who is not', async () => {
    expectRefusal(await place.call(null, `POST /workspaces/${place.workspace.id}/dms`, { user_ids: [bob.user.id] }), 401, 'authorization_required')
    expectRefusal(await openDm([alice.user.id], stranger), 404, 'workspace_not_found')
    expectRefusal(await openDm([stranger.user.id]), 404, 'user_not_found')
    expectRefusal(await openDm([newId()]), 404, 'user_not_found')
    expectRefusal(await openDm([alice.user.id], await place.aMember({ role: 'guest', channels: [await place.aChannel({ by: owner })] })), 404, 'user_not_found')
  })

  it('409: with somebody who has gone', async () => {
    const gone = await place.aMember()
    await place.call(owner, `DELETE /workspaces/${place.workspace.id}/members/${gone.user.id}`)
    expectRefusal(await openDm([gone.user.id]), 409, 'recipient_deactivated')
  })

  it('422: more than nine people', async () => {
    const people = await Promise.all(Array.from({ length: 9 }, () => place.aMember()))
    expectRefusal(await openDm(people.map(({ user }) => user.id)), 422, 'too_many_people')
  })
})

describe('POST /channels/:channel_id/read', () => {
  it('200: where the mark stands now', async () => {
    const channel = await aChannel({ members: [bob] })
    const { seq } = await place.aMessage({ in: channel, by: alice })
    expect(await place.call(bob, `POST /channels/${channel.id}/read`, { seq })).toMatchObject({ status: 200, body: { channel_id: channel.id, last_read_seq: seq } })
    expect(await place.call(bob, `POST /channels/${channel.id}/read`, { seq: 1 })).toMatchObject({ status: 200, body: { last_read_seq: seq } })
  })

  it.each([{}, { seq: -1 }, { seq: 1.5 }, { seq: '1' }, { seq: null }, { seq: 1e300 }, { seq: 1, user_id: newId() }])('400 invalid_request: %j', async (body) => {
    expectRefusal(await place.call(alice, `POST /channels/${open.id}/read`, body), 400, 'invalid_request')
  })
})
