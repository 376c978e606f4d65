import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { MAX_MESSAGE_CODE_POINTS, Message, MessageRevision, PageOf, SentMessage, type Channel, type HttpMethod, type Workspace } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import type { LightMyRequestResponse } from 'fastify'
import { Value } from 'typebox/value'
import { createTestApi, errorOf, type TestApi, type TestPerson } from '../../testing/test-api.ts'

const SOME_ID = '01a20c6e-f863-7ae9-b4b6-49b009294784'

let api: TestApi
let place: Workspace
let owner: TestPerson
let alice: TestPerson
let bob: TestPerson
/** Of the workspace, and not in the channel. */
let reader: TestPerson
/** Not even of the workspace. */
let stranger: TestPerson
let channel: Channel
let archived: Channel
let inArchived: Message
/** A new one for each test. */
let message: Message
beforeAll(async () => {
  api = await createTestApi()
  owner = await api.signUp()
  place = await api.services.workspace.createWorkspace(owner.actor, { name: 'Acme' })
  alice = await aMember()
  bob = await aMember()
  reader = await aMember()
  stranger = await api.signUp()
  channel = await aChannel('engine')
  archived = await aChannel('old-engine')
  inArchived = await aMessage({ in: archived })
  await api.services.db.updateTable('channels').set({ archived_at: new Date() }).where('id', '=', archived.id).execute()
})
beforeEach(async () => {
  message = await aMessage()
})
afterAll(() => api.close())

async function aMember(): Promise<TestPerson> {
  const person = await api.signUp()
  const { token } = await api.services.workspace.createInvite(owner.actor, { workspace_id: place.id })
  await api.services.workspace.acceptInvite(person.actor, token)
  return person
}

async function aChannel(name: string): Promise<Channel> {
  const made = await api.services.workspace.createChannel(owner.actor, { workspace_id: place.id, name, kind: 'public' })
  await api.services.workspace.addChannelMembers(owner.actor, { channel_id: made.id, user_ids: [alice.user.id, bob.user.id] })
  return made
}

async function aMessage({ in: to = channel, by = alice, ...rest }: { in?: Channel; by?: TestPerson; thread_id?: Message['id'] } = {}): Promise<Message> {
  return (await api.services.chat.sendMessage(by.actor, { channel_id: to.id, content: 'hello', ...rest })).message
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly raw: LightMyRequestResponse
}

async function call(as: TestPerson | null, request: `${HttpMethod} /${string}`, body?: unknown): Promise<Answer> {
  const [method, path = ''] = request.split(' ', 2) as [HttpMethod, string]
  const raw = await api.call(method, path.slice(1), { ...(as && { as }), ...(body !== undefined && { body }) })
  return { status: raw.statusCode, body: raw.body === '' ? undefined : raw.json<unknown>(), raw }
}

/** The form of every refusal: a sentence, the code, the request's id, and nothing of the inside. */
function expectRefusal({ status, raw }: Answer, expected: number, code: string): void {
  expect({ status, code: errorOf(raw).code }).toEqual({ status: expected, code })
  expect(raw.body).not.toMatch(/select|stack|\.ts\b|node_modules/i)
}
const idsOf = (answer: Answer) => (answer.body as { items: Message[] }).items.map(({ id }) => id)

describe('every operation on messages', () => {
  const operations = (id: string, channelId: string): [Parameters<typeof call>[1], unknown?][] => [
    [`POST /channels/${channelId}/messages`, { content: 'x' }],
    [`GET /channels/${channelId}/messages`],
    [`GET /channels/${channelId}/changes?since=0`],
    [`GET /messages/${id}`],
    [`PATCH /messages/${id}`, { content: 'x' }],
    [`DELETE /messages/${id}`],
    [`GET /messages/${id}/replies`],
    [`PUT /messages/${id}/reactions/tada`],
    [`DELETE /messages/${id}/reactions/tada`],
    [`GET /messages/${id}/revisions`],
    [`GET /messages/${id}/permalink`],
    [`PUT /messages/${id}/lock`],
    [`DELETE /messages/${id}/lock`],
    [`POST /channels/${channelId}/messages/bulk-delete`, { message_ids: [SOME_ID] }],
  ]

  it('401: wants to know who asks', async () => {
    for (const [request, body] of operations(message.id, channel.id)) {
      expectRefusal(await call(null, request, body), 401, 'authorization_required')
    }
  })

  it('404: tells who may not know the same as of what does not exist', async () => {
    const [hidden, nothing] = [operations(message.id, channel.id), operations(newId(), newId())]
    for (const [index, [request, body]] of hidden.entries()) {
      const [other = request] = nothing[index] ?? []
      const [refused, missing] = await Promise.all([call(stranger, request, body), call(alice, other, body)])
      expectRefusal(refused, 404, request.includes('/channels/') ? 'channel_not_found' : 'message_not_found')
      expect({ ...(refused.body as object), request_id: '' }).toEqual({ ...(missing.body as object), request_id: '' })
    }
  })

  it('400: refuses ids that are none', async () => {
    for (const id of ['1', '%00', '..%2f', 'x'.repeat(300), message.id.toUpperCase(), `${message.id}%20`]) {
      for (const [request, body] of operations(id, id)) {
        const { status } = await call(alice, request, body)
        expect([400, 404]).toContain(status)
      }
    }
  })
})

describe('POST /channels/:channel_id/messages', () => {
  const post = (body: unknown, by = alice, to = channel) => call(by, `POST /channels/${to.id}/messages`, body)

  it('201: a new message, as everybody will see it', async () => {
    const { status, body } = await post({ content: 'hello', client_msg_id: 'one' })
    expect(status).toBe(201)
    expect([...Value.Errors(SentMessage, body)]).toEqual([])
    expect(body).toMatchObject({ content: 'hello', client_msg_id: 'one', user_id: alice.user.id, channel_id: channel.id, kind: 'user' })
  })

  it('200: the same message for a repeat of its client_msg_id', async () => {
    const first = await post({ content: 'hello', client_msg_id: 'again' })
    const second = await post({ content: 'hello', client_msg_id: 'again' })
    expect(second).toMatchObject({ status: 200, body: first.body as object })
  })

  it('201: a reply', async () => {
    expect(await post({ content: 'reply', thread_id: message.id, also_in_channel: true })).toMatchObject({ status: 201, body: { thread_id: message.id } })
  })

  it.each([
    {}, { content: '' }, { content: 5 }, { content: null }, { content: 'x', role: 'admin' }, { content: 'x', seq: 1 }, { content: 'x', user_id: SOME_ID },
    { content: 'x', id: SOME_ID }, { content: 'x', constructor: {} }, { content: 'x', thread_id: 'x' }, { content: 'x', client_msg_id: '' },
    { content: 'x', also_in_channel: 'yes' }, [],
  ] as unknown[])('400 invalid_request: %j', async (body) => {
    expectRefusal(await post(body), 400, 'invalid_request')
  })

  it('400: what nobody could read, what is too long, what cannot be stored', async () => {
    expectRefusal(await post({ content: ' \n' }), 400, 'no_text')
    expectRefusal(await post({ content: 'x'.repeat(MAX_MESSAGE_CODE_POINTS + 1) }), 400, 'msg_too_long')
    expectRefusal(await post({ content: 'x'.repeat(2 * MAX_MESSAGE_CODE_POINTS + 1) }), 400, 'invalid_request')
    for (const content of ['a\0b', '\ud800']) expectRefusal(await post({ content }), 400, 'invalid_text')
  })

  it('403 not_in_channel: a reader of a public channel who is not in it', async () => {
    expectRefusal(await post({ content: 'x' }, reader), 403, 'not_in_channel')
  })

  it('404 thread_not_found: a root that is not there, or in another channel', async () => {
    for (const thread_id of [newId(), inArchived.id]) expectRefusal(await post({ content: 'x', thread_id }), 404, 'thread_not_found')
  })

  it('409: an archived channel, and a client_msg_id used for something else', async () => {
    expectRefusal(await post({ content: 'x' }, alice, archived), 409, 'channel_archived')
    await post({ content: 'x', client_msg_id: 'used' })
    expectRefusal(await post({ content: 'y', client_msg_id: 'used' }), 409, 'idempotency_conflict')
  })
})

describe('GET /channels/:channel_id/messages', () => {
  const get = (query = '', by = bob, of = channel) => call(by, `GET /channels/${of.id}/messages${query}`)

  it('200: a page, newest first, to readers too', async () => {
    for (const who of [bob, reader]) {
      const answer = await get('?limit=1', who)
      expect(answer.status).toBe(200)
      expect([...Value.Errors(PageOf(Message), answer.body)]).toEqual([])
      expect(idsOf(answer)).toEqual([message.id])
      expect(answer.body).toMatchObject({ next_cursor: expect.any(String) })
    }
  })

  it('200: before, after and around a seq or a message, and on by the cursor', async () => {
    const next = await aMessage({ by: bob })
    expect(idsOf(await get(`?after=${message.id}`))).toEqual([next.id])
    expect(idsOf(await get(`?before=${next.seq}&limit=1`))).toEqual([message.id])
    expect(idsOf(await get(`?around=${message.id}&limit=2`))).toEqual([next.id, message.id])
    const { next_cursor } = (await get('?limit=1')).body as { next_cursor: string }
    expect(idsOf(await get(`?limit=1&cursor=${next_cursor}`))).toEqual([message.id])
  })

  it.each(['?limit=0', '?limit=201', '?limit=-1', '?limit=1e9', '?limit=NaN', '?limit=1&limit=2', '?before=x', '?before=-1', '?before[]=1', '?offset=3', '?before=1&after=1'])(
    '400 invalid_request: %s', async (query) => {
      expectRefusal(await get(query), 400, 'invalid_request')
    })

  it('400 invalid_cursor: not one of ours', async () => {
    expectRefusal(await get('?cursor=abc'), 400, 'invalid_cursor')
  })

  it('404 message_not_found: around a message of another channel', async () => {
    expectRefusal(await get(`?around=${inArchived.id}`), 404, 'message_not_found')
  })

  it('200: an archived channel', async () => {
    expect(idsOf(await get('', bob, archived))[0]).toBe(inArchived.id)
  })
})

describe('GET /channels/:channel_id/changes', () => {
  const get = (query: string) => call(bob, `GET /channels/${channel.id}/changes${query}`)

  it('200: what changed since, tombstones included', async () => {
    await api.services.chat.deleteMessage(alice.actor, message.id)
    const answer = await get(`?since=${message.seq}`)
    expect(answer).toMatchObject({ status: 200, body: { items: [{ id: message.id, content: '', change_seq: message.seq + 1 }], next_cursor: null } })
    expect([...Value.Errors(PageOf(Message), answer.body)]).toEqual([])
  })

  it.each(['', '?since=-1', '?since=x', '?since=1.5', '?since=99999999999999999999'])('400 invalid_request: %s', async (query) => {
    expectRefusal(await get(query), 400, 'invalid_request')
  })

  it('400 invalid_cursor: not one of ours', async () => {
    expectRefusal(await get('?since=0&cursor=abc'), 400, 'invalid_cursor')
  })
})

describe('GET /messages/:message_id', () => {
  it('200: the message as the caller sees it; its tombstone after it was deleted', async () => {
    await api.services.chat.addReaction(bob.actor, { message_id: message.id, emoji: '👍' })
    expect(await call(bob, `GET /messages/${message.id}`)).toMatchObject({ status: 200, body: { id: message.id, reactions: [{ emoji: '👍', me: true }] } })
    await api.services.chat.deleteMessage(alice.actor, message.id)
    expect(await call(bob, `GET /messages/${message.id}`)).toMatchObject({ status: 200, body: { content: '', reactions: [], deleted_at: expect.any(String) } })
  })
})

describe('PATCH /messages/:message_id', () => {
  const patch = (body: unknown, by = alice, id = message.id) => call(by, `PATCH /messages/${id}`, body)

  it('200: the edited message', async () => {
    const { status, body } = await patch({ content: 'edited' })
    expect({ status, body }).toMatchObject({ status: 200, body: { ...message, content: 'edited', change_seq: message.seq + 1, edited_at: expect.any(String) } })
    expect([...Value.Errors(Message, body)]).toEqual([])
  })

  it.each([{}, { content: '' }, { content: 1 }, { content: 'x', user_id: SOME_ID }, { content: 'x', deleted_at: null }, { content: 'x', message_id: SOME_ID }] as unknown[])(
    '400 invalid_request: %j', async (body) => {
      expectRefusal(await patch(body), 400, 'invalid_request')
    })

  it('400: no_text, msg_too_long', async () => {
    expectRefusal(await patch({ content: ' ' }), 400, 'no_text')
    expectRefusal(await patch({ content: 'x'.repeat(MAX_MESSAGE_CODE_POINTS + 1) }), 400, 'msg_too_long')
  })

  it('403: somebody else’s message; one’s own in a channel that one has left', async () => {
    expectRefusal(await patch({ content: 'x' }, bob), 403, 'not_author')
    const leaver = await aMember()
    await api.services.workspace.joinChannel(leaver.actor, channel.id)
    const { id } = await aMessage({ by: leaver })
    await api.services.workspace.leaveChannel(leaver.actor, channel.id)
    expectRefusal(await patch({ content: 'x' }, leaver, id), 403, 'not_in_channel')
  })

  it('403: in a read-only channel, and after the time that the workspace gives', async () => {
    const { db } = api.services
    await db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', channel.id).execute()
    expectRefusal(await patch({ content: 'x' }), 403, 'channel_read_only')
    await db.updateTable('channels').set({ posting: 'everyone' }).where('id', '=', channel.id).execute()
    await db.updateTable('workspaces').set({ settings: JSON.stringify({ edit_window_minutes: 1 }) as never }).where('id', '=', place.id).execute()
    await db.updateTable('messages').set({ created_at: new Date(Date.now() - 90_000) }).where('id', '=', message.id).execute()
    const answer = await patch({ content: 'x' })
    await db.updateTable('workspaces').set({ settings: JSON.stringify({}) as never }).where('id', '=', place.id).execute()
    expectRefusal(answer, 403, 'edit_window_closed')
    expect(answer.body).toMatchObject({ error: 'A message can be edited for 1 minute after it was sent' })
  })

  it('404 message_not_found: a deleted message', async () => {
    await api.services.chat.deleteMessage(alice.actor, message.id)
    expectRefusal(await patch({ content: 'x' }), 404, 'message_not_found')
  })

  it('409 channel_archived', async () => {
    expectRefusal(await patch({ content: 'x' }, alice, inArchived.id), 409, 'channel_archived')
  })
})

describe('DELETE /messages/:message_id', () => {
  it('204: without a body, the second time too', async () => {
    for (let time = 0; time < 2; time += 1) {
      expect(await call(alice, `DELETE /messages/${message.id}`)).toMatchObject({ status: 204, body: undefined })
    }
  })

  it('403 not_allowed: somebody else’s', async () => {
    for (const who of [bob, reader]) expectRefusal(await call(who, `DELETE /messages/${message.id}`), 403, 'not_allowed')
  })

  it('409 channel_archived', async () => {
    expectRefusal(await call(alice, `DELETE /messages/${inArchived.id}`), 409, 'channel_archived')
  })
})

describe('GET /messages/:message_id/revisions', () => {
  const get = (by: TestPerson, query = '') => call(by, `GET /messages/${message.id}/revisions${query}`)

  it('200: the texts that were replaced, newest first, page by page', async () => {
    for (const content of ['two', 'three']) await api.services.chat.editMessage(alice.actor, { message_id: message.id, content })
    const answer = await get(alice, '?limit=1')
    expect(answer).toMatchObject({ status: 200, body: { items: [{ content: 'two', editor_id: alice.user.id }] } })
    expect([...Value.Errors(PageOf(MessageRevision), answer.body)]).toEqual([])
    const { next_cursor } = answer.body as { next_cursor: string }
    expect(await get(owner, `?limit=1&cursor=${next_cursor}`)).toMatchObject({ status: 200, body: { items: [{ content: 'hello' }], next_cursor: null } })
  })

  it('400: a limit or a cursor that is none', async () => {
    expectRefusal(await get(alice, '?limit=0'), 400, 'invalid_request')
    expectRefusal(await get(alice, '?cursor=abc'), 400, 'invalid_cursor')
  })

  it('403 not_allowed: of what others wrote', async () => {
    for (const who of [bob, reader]) expectRefusal(await get(who), 403, 'not_allowed')
  })
})

describe('GET /messages/:message_id/permalink', () => {
  it('200: the address, which quotes the message in another', async () => {
    const { status, body } = await call(bob, `GET /messages/${message.id}/permalink`)
    const { permalink } = body as { permalink: string }
    expect({ status, path: new URL(permalink).pathname }).toEqual({ status: 200, path: `/w/${place.slug}/c/${channel.id}/m/${message.id}` })
    const quoting = await call(bob, `POST /channels/${channel.id}/messages`, { content: `see ${permalink}` })
    expect(quoting).toMatchObject({ status: 201, body: { quoted_message_ids: [message.id], quotes: [{ message_id: message.id, content: 'hello' }] } })
  })

  it('404 message_not_found: of a deleted message', async () => {
    await api.services.chat.deleteMessage(alice.actor, message.id)
    expectRefusal(await call(bob, `GET /messages/${message.id}/permalink`), 404, 'message_not_found')
  })
})

describe('POST /channels/:channel_id/messages/bulk-delete', () => {
  const remove = (message_ids: unknown, by = owner, from = channel) => call(by, `POST /channels/${from.id}/messages/bulk-delete`, { message_ids })

  it('200: what was deleted, and what failed', async () => {
    const missing = newId()
    expect(await remove([message.id, missing])).toMatchObject({ status: 200, body: { deleted: [message.id], failed: [{ id: missing, code: 'message_not_found' }] } })
    expect(await call(bob, `GET /messages/${message.id}`)).toMatchObject({ body: { content: '', deleted_at: expect.any(String) } })
  })

  it.each([[[]], [['x']], [[SOME_ID, SOME_ID]], [Array.from({ length: 101 }, () => newId())], ['x'], [null]] as unknown[][])('400 invalid_request: %#', async (ids) => {
    expectRefusal(await remove(ids), 400, 'invalid_request')
  })

  it('403 not_allowed: members and readers', async () => {
    for (const who of [alice, reader]) expectRefusal(await remove([message.id], who), 403, 'not_allowed')
  })

  it('409 channel_archived', async () => {
    expectRefusal(await remove([inArchived.id], owner, archived), 409, 'channel_archived')
  })
})

describe.each(['PUT', 'DELETE'] as const)('%s /messages/:message_id/lock', (method) => {
  const lock = (by: TestPerson, id = message.id) => call(by, `${method} /messages/${id}/lock`)

  it('200: the root, the second time too', async () => {
    for (let time = 0; time < 2; time += 1) expect(await lock(owner)).toMatchObject({ status: 200, body: { id: message.id, locked: method === 'PUT' } })
  })

  it('403 not_allowed: members, the author too, and readers', async () => {
    for (const who of [alice, reader]) expectRefusal(await lock(who), 403, 'not_allowed')
  })

  it('404 message_not_found: a deleted message', async () => {
    await api.services.chat.deleteMessage(alice.actor, message.id)
    expectRefusal(await lock(owner), 404, 'message_not_found')
  })

  it('409 channel_archived', async () => {
    expectRefusal(await lock(owner, inArchived.id), 409, 'channel_archived')
  })
})

it('409 thread_locked: replies, reactions and edits in a locked thread', async () => {
  await call(owner, `PUT /messages/${message.id}/lock`)
  expectRefusal(await call(bob, `POST /channels/${channel.id}/messages`, { content: 'x', thread_id: message.id }), 409, 'thread_locked')
  expectRefusal(await call(bob, `PUT /messages/${message.id}/reactions/tada`), 409, 'thread_locked')
  expectRefusal(await call(alice, `PATCH /messages/${message.id}`, { content: 'x' }), 409, 'thread_locked')
})

describe('GET /messages/:message_id/replies', () => {
  it('200: the replies, oldest first, page by page', async () => {
    const first = await aMessage({ by: bob, thread_id: message.id })
    const second = await aMessage({ by: bob, thread_id: message.id })
    const answer = await call(reader, `GET /messages/${message.id}/replies?limit=1`)
    expect(answer.status).toBe(200)
    expect(idsOf(answer)).toEqual([first.id])
    const { next_cursor } = answer.body as { next_cursor: string }
    expect(idsOf(await call(reader, `GET /messages/${message.id}/replies?limit=1&cursor=${next_cursor}`))).toEqual([second.id])
  })

  it('400: a limit or a cursor that is none', async () => {
    expectRefusal(await call(bob, `GET /messages/${message.id}/replies?limit=0`), 400, 'invalid_request')
    expectRefusal(await call(bob, `GET /messages/${message.id}/replies?cursor=abc`), 400, 'invalid_cursor')
  })
})

describe.each(['PUT', 'DELETE'] as const)('%s /messages/:message_id/reactions/:emoji', (method) => {
  const react = (emoji: string, by = alice, id = message.id) => call(by, `${method} /messages/${id}/reactions/${emoji}`)

  it('200: the message, the second time too, whatever the emoji is made of', async () => {
    for (const emoji of ['👍🏿', '👩🏽‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣']) {
      const one = { emoji, count: 1, user_ids: [alice.user.id], me: true }
      if (method === 'DELETE') await api.services.chat.addReaction(alice.actor, { message_id: message.id, emoji })
      for (let time = 0; time < 2; time += 1) {
        const { status, body } = await react(encodeURIComponent(emoji))
        expect(status).toBe(200)
        expect([...Value.Errors(Message, body)]).toEqual([])
        expect((body as Message).reactions.filter((reaction) => reaction.emoji === emoji)).toEqual(method === 'PUT' ? [one] : [])
      }
    }
  })

  it('403 not_in_channel: a reader who is not in it', async () => {
    expectRefusal(await react('tada', reader), 403, 'not_in_channel')
  })

  it('404 message_not_found: a deleted message', async () => {
    await api.services.chat.deleteMessage(alice.actor, message.id)
    expectRefusal(await react('tada'), 404, 'message_not_found')
  })

  it('409 channel_archived', async () => {
    expectRefusal(await react('tada', alice, inArchived.id), 409, 'channel_archived')
  })
})

describe('PUT /messages/:message_id/reactions/:emoji', () => {
  const react = (emoji: string) => call(alice, `PUT /messages/${message.id}/reactions/${emoji}`)

  it('200: by the name of an emoji, kept as the emoji', async () => {
    expect(await react('+1')).toMatchObject({ status: 200, body: { reactions: [{ emoji: '👍', count: 1, me: true }] } })
  })

  it.each(['Tada', '__proto__', 'nobody_made_this', '%20', encodeURIComponent('👍👍'), '%3Ctada%3E', encodeURIComponent(':tada:')])('400 invalid_name: %s', async (emoji) => {
    expectRefusal(await react(emoji), 400, 'invalid_name')
  })

  it('400: what is longer than any name, what cannot be stored', async () => {
    expectRefusal(await react('x'.repeat(101)), 400, 'invalid_request')
    expectRefusal(await react('a%00'), 400, 'invalid_text')
  })

  it('422 too_many_reactions', async () => {
    for (let index = 0; index < 23; index += 1) await react(encodeURIComponent(String.fromCodePoint(0x1f600 + index)))
    expectRefusal(await react('tada'), 422, 'too_many_reactions')
  })
})
