import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Draft, MAX_MESSAGE_CODE_POINTS, Message, PageOf, PinnedMessage, SavedMessage, type Channel } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type Request, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let alice: TestPerson
let bob: TestPerson
/** Of the workspace, and not in the channel. */
let reader: TestPerson
/** Not even of the workspace. */
let stranger: TestPerson
let channel: Channel
let message: Message
beforeAll(async () => {
  place = await createTestPlace()
  alice = await place.aMember()
  bob = await place.aMember()
  reader = await place.aMember()
  stranger = await place.api.signUp()
})
beforeEach(async () => {
  channel = await place.aChannel({ by: place.owner, members: [alice, bob] })
  message = await place.aMessage({ in: channel, by: alice })
})
afterAll(() => place.close())

const chat = () => place.api.services.chat
const call = (as: TestPerson | null, request: Request, body?: unknown) => place.call(as, request, body)

describe('what people keep', () => {
  const operations = (id: string, channelId: string): [Request, unknown?][] => [
    [`GET /channels/${channelId}/pins`],
    [`PUT /messages/${id}/pin`],
    [`DELETE /messages/${id}/pin`],
    [`PUT /messages/${id}/saved`],
    [`GET /channels/${channelId}/draft`],
    [`PUT /channels/${channelId}/draft`, { content: 'x' }],
    [`DELETE /channels/${channelId}/draft`],
  ]

  it('401: wants to know who asks', async () => {
    for (const [request, body] of [...operations(message.id, channel.id), [`DELETE /messages/${message.id}/saved`], ['GET /users/me/saved']] as [Request, unknown?][]) {
      expectRefusal(await call(null, request, body), 401, 'authorization_required')
    }
  })

  it('404: tells who may not know the same as of what does not exist', async () => {
    const nothing = operations(newId(), newId())
    for (const [index, [request, body]] of operations(message.id, channel.id).entries()) {
      const [other = request] = nothing[index] ?? []
      const [refused, missing] = await Promise.all([call(stranger, request, body), call(alice, other, body)])
      expectRefusal(refused, 404, request.includes('/channels/') ? 'channel_not_found' : 'message_not_found')
      expect({ ...(refused.body as object), request_id: '' }).toEqual({ ...(missing.body as object), request_id: '' })
    }
  })
})

describe('GET /channels/:channel_id/pins', () => {
  const get = (by: TestPerson, query = '') => call(by, `GET /channels/${channel.id}/pins${query}`)

  it('200: the pins, the latest first, page by page, to readers too', async () => {
    const other = await place.aMessage({ in: channel, by: bob })
    for (const { id } of [message, other]) await call(bob, `PUT /messages/${id}/pin`)
    const answer = await get(reader, '?limit=1')
    expect(answer).toMatchObject({ status: 200, body: { items: [{ id: other.id, pinned: true, pinned_by: bob.user.id }] } })
    expect([...Value.Errors(PageOf(PinnedMessage), answer.body)]).toEqual([])
    const { next_cursor } = answer.body as { next_cursor: string }
    expect(await get(bob, `?limit=1&cursor=${next_cursor}`)).toMatchObject({ status: 200, body: { items: [{ id: message.id }], next_cursor: null } })
  })

  it('400: a limit or a cursor that is none', async () => {
    expectRefusal(await get(bob, '?limit=201'), 400, 'invalid_request')
    expectRefusal(await get(bob, '?cursor=abc'), 400, 'invalid_cursor')
  })
})

describe.each(['PUT', 'DELETE'] as const)('%s /messages/:message_id/pin', (method) => {
  const pin = (by: TestPerson, id = message.id) => call(by, `${method} /messages/${id}/pin`)

  it('200: the message, the second time too', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await pin(bob)
      expect({ status, body }).toMatchObject({ status: 200, body: { id: message.id, pinned: method === 'PUT' } })
      expect([...Value.Errors(Message, body)]).toEqual([])
    }
  })

  it('403: readers who are not in it, and guests', async () => {
    expectRefusal(await pin(reader), 403, 'not_in_channel')
    expectRefusal(await pin(await place.aMember({ role: 'guest', channels: [channel] })), 403, 'guest_not_allowed')
  })

  it('404 message_not_found: a deleted message', async () => {
    await chat().deleteMessage(alice.actor, message.id)
    expectRefusal(await pin(bob), 404, 'message_not_found')
  })

  it('409: an archived channel, a locked thread', async () => {
    await chat().lockThread(place.owner.actor, message.id)
    expectRefusal(await pin(bob), 409, 'thread_locked')
    await place.archive(channel)
    expectRefusal(await pin(bob), 409, 'channel_archived')
  })
})

it('422 too_many_pins: the hundred and first', async () => {
  const rows = Array.from({ length: 100 }, (_, index) => ({
    id: newId<Message['id']>(), workspace_id: place.workspace.id, channel_id: channel.id, user_id: alice.user.id, content: 'x', thread_id: null,
    seq: 1000 + index, change_seq: 1, client_msg_id: null, body_hash: null, mention_channel: null, last_reply_at: null, edited_at: null, deleted_at: null,
    created_at: new Date(), pinned_at: new Date(), pinned_by: alice.user.id,
  }))
  await place.api.services.db.insertInto('messages').values(rows).execute()
  expectRefusal(await call(bob, `PUT /messages/${message.id}/pin`), 422, 'too_many_pins')
})

describe('PUT|DELETE /messages/:message_id/saved, GET /users/me/saved', () => {
  it('200, 204: onto one’s own list and off it, the second time too', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await call(reader, `PUT /messages/${message.id}/saved`)
      expect({ status, body }).toMatchObject({ status: 200, body: { message_id: message.id, message: { id: message.id, saved: true } } })
      expect([...Value.Errors(SavedMessage, body)]).toEqual([])
    }
    const list = await call(reader, 'GET /users/me/saved?limit=1')
    expect(list).toMatchObject({ status: 200, body: { items: [{ message_id: message.id }], next_cursor: null } })
    expect([...Value.Errors(PageOf(SavedMessage), list.body)]).toEqual([])
    for (let time = 0; time < 2; time += 1) expect(await call(reader, `DELETE /messages/${message.id}/saved`)).toMatchObject({ status: 204, body: undefined })
    expect(await call(reader, 'GET /users/me/saved')).toMatchObject({ body: { items: [] } })
  })

  it('200: a message that cannot be read any more is null', async () => {
    const secret = await place.aChannel({ by: place.owner, private: true, members: [bob] })
    const { id } = await place.aMessage({ in: secret, by: place.owner })
    await call(bob, `PUT /messages/${id}/saved`)
    await place.api.services.workspace.leaveChannel(bob.actor, secret.id)
    expect(await call(bob, 'GET /users/me/saved')).toMatchObject({ status: 200, body: { items: [{ message_id: id, message: null }] } })
  })

  it('204: says nothing of whether there is such a message', async () => {
    for (const id of [newId(), message.id]) expect(await call(stranger, `DELETE /messages/${id}/saved`)).toMatchObject({ status: 204 })
  })

  it('400: a limit, a cursor or an id that is none', async () => {
    expectRefusal(await call(bob, 'GET /users/me/saved?limit=0'), 400, 'invalid_request')
    expectRefusal(await call(bob, 'GET /users/me/saved?cursor=abc'), 400, 'invalid_cursor')
    expectRefusal(await call(bob, 'PUT /messages/1/saved'), 400, 'invalid_request')
  })
})

describe('GET|PUT|DELETE /channels/:channel_id/draft', () => {
  const put = (body: unknown, by = alice) => call(by, `PUT /channels/${channel.id}/draft`, body)
  const get = (query = '', by = alice) => call(by, `GET /channels/${channel.id}/draft${query}`)
  const remove = (query = '') => call(alice, `DELETE /channels/${channel.id}/draft${query}`)

  it('200: the draft; 404 draft_not_found where there is none', async () => {
    expectRefusal(await get(), 404, 'draft_not_found')
    const { status, body } = await put({ content: 'to be', base_version: null })
    expect(status).toBe(200)
    expect([...Value.Errors(Draft, body)]).toEqual([])
    expect(await get()).toMatchObject({ status: 200, body: body as object })
    const { version } = body as Draft
    expect(await put({ content: 'or not', base_version: version })).toMatchObject({ status: 200, body: { content: 'or not' } })
    expectRefusal(await get('', bob), 404, 'draft_not_found')
  })

  it('200: of a thread apart from that of its channel', async () => {
    await put({ content: 'channel' })
    expect(await put({ content: 'thread', thread_id: message.id })).toMatchObject({ status: 200, body: { thread_id: message.id } })
    expect(await get(`?thread_id=${message.id}`)).toMatchObject({ body: { content: 'thread' } })
    expect(await get()).toMatchObject({ body: { content: 'channel' } })
  })

  it('204: thrown away, the second time too', async () => {
    await put({ content: 'x' })
    for (let time = 0; time < 2; time += 1) expect(await remove()).toMatchObject({ status: 204, body: undefined })
    expectRefusal(await get(), 404, 'draft_not_found')
  })

  it.each([{}, { content: '' }, { content: 5 }, { content: 'x', base_version: 0 }, { content: 'x', base_version: '1' }, { content: 'x', version: 1 }, { content: 'x', thread_id: 'x' }, { content: 'x', user_id: newId() }] as unknown[])(
    '400 invalid_request: %j', async (body) => {
      expectRefusal(await put(body), 400, 'invalid_request')
    })

  it('400: what could not be sent, and queries that are none', async () => {
    expectRefusal(await put({ content: ' \n' }), 400, 'no_text')
    expectRefusal(await put({ content: 'x'.repeat(MAX_MESSAGE_CODE_POINTS + 1) }), 400, 'msg_too_long')
    expectRefusal(await put({ content: 'a\0' }), 400, 'invalid_text')
    expectRefusal(await get('?thread_id=x'), 400, 'invalid_request')
    expectRefusal(await remove('?base_version=x'), 400, 'invalid_request')
  })

  it('403: readers who are not in it', async () => {
    expectRefusal(await put({ content: 'x' }, reader), 403, 'not_in_channel')
  })

  it('404 thread_not_found: of no thread of the channel', async () => {
    for (const thread_id of [newId(), (await place.aMessage({ in: place.general, by: place.owner })).id]) {
      expectRefusal(await put({ content: 'x', thread_id }), 404, 'thread_not_found')
    }
  })

  it('409: another version, also of what is thrown away; an archived channel', async () => {
    const { version } = (await put({ content: 'x' })).body as Draft
    const conflict = await put({ content: 'y', base_version: null })
    expectRefusal(conflict, 409, 'draft_has_conflict')
    expect((conflict.body as { error: string }).error).toContain(`version ${version} `)
    expectRefusal(await remove(`?base_version=${version + 1}`), 409, 'draft_has_conflict')
    await place.archive(channel)
    expectRefusal(await put({ content: 'y' }), 409, 'channel_archived')
  })
})
