import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { FollowedThread, ReadMark, SentMessage, ThreadSubscription, Unreads, type Channel, type Message } from '@afrochat/contracts'
import { newId, type DraftId } from '@afrochat/kernel'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type Answer, type Request, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let channel: Channel
let root: Message
let alice: TestPerson, bob: TestPerson, guest: TestPerson, stranger: TestPerson
beforeAll(async () => {
  place = await createTestPlace()
  ;[alice, bob, stranger] = [await place.aMember(), await place.aMember(), await place.api.signUp()]
  channel = await place.aChannel({ by: alice })
  guest = await place.aMember({ role: 'guest', channels: [await place.aChannel({ by: alice })] })
  await place.call(bob, `POST /channels/${channel.id}/join`)
  root = await place.aMessage({ in: channel, by: bob })
  await say(alice, `hello @${bob.user.username}`, { thread_id: root.id })
})
afterAll(() => place.close())

const say = (by: TestPerson, content: string, rest: object = {}) => place.call(by, `POST /channels/${channel.id}/messages`, { content, ...rest })
/** The answer has this form, whatever else it says. */
function expectForm(answer: Answer, status: number, schema: TSchema): void {
  expect(answer.status).toBe(status)
  expect([...Value.Errors(schema, answer.body)]).toEqual([])
}

describe('the thread of a message', () => {
  const operations = (id: string): [Request, unknown?][] => [
    [`PUT /messages/${id}/subscription`], [`DELETE /messages/${id}/subscription`], [`POST /messages/${id}/read`, { seq: 1 }], [`POST /messages/${id}/unread`, { seq: 1 }],
  ]

  it('200: answers what one is to it now', async () => {
    for (const [request, body] of operations(root.id)) expectForm(await place.call(alice, request, body), 200, ThreadSubscription)
    expect((await place.call(alice, `PUT /messages/${root.id}/subscription`)).body).toMatchObject({ message_id: root.id, following: true, unread_count: 0 })
    expect((await place.call(alice, `DELETE /messages/${root.id}/subscription`)).body).toMatchObject({ following: false })
    expect((await place.call(bob, `GET /messages/${root.id}`)).body).toMatchObject({ thread: { following: true, unread_count: 1, mention_count: 1 } })
    const { seq } = root
    expect((await place.call(bob, `POST /messages/${root.id}/read`, { seq: 1_000 })).body).toMatchObject({ unread_count: 0 })
    expect((await place.call(bob, `POST /messages/${root.id}/unread`, { seq: seq + 1 })).body).toMatchObject({ last_read_seq: seq, unread_count: 1 })
  })

  it('400: refuses what is no position, and fields that it does not know', async () => {
    for (const body of [{}, { seq: -1 }, { seq: '1' }, { seq: 1.5 }, { seq: 1, more: true }]) {
      for (const what of ['read', 'unread']) expectRefusal(await place.call(alice, `POST /messages/${root.id}/${what}`, body), 400, 'invalid_request')
    }
    expectRefusal(await place.call(alice, `POST /messages/${root.id}/unread`, { seq: 0 }), 400, 'invalid_request')
  })

  it('401, 404: tells those who may not read the message the same as of one that does not exist', async () => {
    for (const [index, [request, body]] of operations(root.id).entries()) {
      expectRefusal(await place.call(null, request, body), 401, 'authorization_required')
      for (const who of [guest, stranger]) expectRefusal(await place.call(who, request, body), 404, 'message_not_found')
      expectRefusal(await place.call(alice, operations(newId())[index]?.[0] ?? request, body), 404, 'message_not_found')
    }
  })
})

describe('marking a channel', () => {
  it('200: answers how far it is read, and what is left', async () => {
    const { body } = await say(alice, 'unread')
    expectForm(await place.call(bob, `POST /channels/${channel.id}/read`, { seq: 1_000 }), 200, ReadMark)
    const { seq } = body as Message
    const unread = await place.call(bob, `POST /channels/${channel.id}/unread`, { seq })
    expectForm(unread, 200, ReadMark)
    expect(unread.body).toMatchObject({ channel_id: channel.id, last_read_seq: seq - 1, unread_count: 1 })
    expectRefusal(await place.call(bob, `POST /channels/${channel.id}/unread`, { seq: 0 }), 400, 'invalid_request')
  })
})

describe('what is unread in a workspace', () => {
  const paths = (): [Request, TSchema?][] => [
    [`GET /workspaces/${place.workspace.id}/unreads`, Unreads], [`GET /workspaces/${place.workspace.id}/threads`], [`POST /workspaces/${place.workspace.id}/read`, Unreads],
  ]

  it('200: is told, listed and marked read', async () => {
    await say(alice, 'a reply', { thread_id: root.id })
    for (const [request, schema] of paths().slice(0, 1)) if (schema !== undefined) expectForm(await place.call(bob, request), 200, schema)
    const threads = await place.call(bob, `GET /workspaces/${place.workspace.id}/threads?limit=1`)
    const { items } = threads.body as { items: unknown[] }
    expect(items.flatMap((item) => [...Value.Errors(FollowedThread, item)])).toEqual([])
    expect(items).toMatchObject([{ root: { id: root.id }, mention_count: 1 }])
    const read = await place.call(bob, `POST /workspaces/${place.workspace.id}/read`)
    expectForm(read, 200, Unreads)
    expect(read.body).toEqual({ channels: [], threads: { unread_count: 0, mention_count: 0 }, unread_count: 0, mention_count: 0, badge: 0 })
  })

  it('400: refuses a cursor that is none, or another list\'s', async () => {
    for (const cursor of ['x', 'W10']) expectRefusal(await place.call(bob, `GET /workspaces/${place.workspace.id}/threads?cursor=${cursor}`), 400, 'invalid_cursor')
  })

  it('401, 404: is nobody else\'s, and nothing to who is not in the workspace', async () => {
    for (const [request] of paths()) {
      expectRefusal(await place.call(null, request), 401, 'authorization_required')
      expectRefusal(await place.call(stranger, request), 404, 'workspace_not_found')
      expectRefusal(await place.call(alice, request.replace(place.workspace.id, newId()) as Request), 404, 'workspace_not_found')
    }
  })
})

describe('sending a message', () => {
  it('201: answers the message, and what its author alone should know of it; 200 for a repeat, without that', async () => {
    const outside = await place.aMember()
    const body = { client_msg_id: newId(), content: `@${outside.user.username} @here` }
    const sent = await place.call(alice, `POST /channels/${channel.id}/messages`, body)
    expectForm(sent, 201, SentMessage)
    expect(sent.body).toMatchObject({ content: `<@${outside.user.id}> <!here>`, notices: [{ code: 'mentioned_not_in_channel', user_ids: [outside.user.id] }] })
    const again = await place.call(alice, `POST /channels/${channel.id}/messages`, body)
    expectForm(again, 200, SentMessage)
    expect(again.body).toMatchObject({ notices: [] })
  })

  it('403: refuses in a read-only channel those who do not manage it', async () => {
    const room = await place.aChannel({ by: alice, members: [bob] })
    await place.api.services.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', room.id).execute()
    expectRefusal(await place.call(bob, `POST /channels/${room.id}/messages`, { content: 'x' }), 403, 'channel_read_only')
    expect(await place.call(alice, `POST /channels/${room.id}/messages`, { content: 'x' })).toMatchObject({ status: 201 })
  })

  it('409: refuses in a locked thread, to somebody who is gone, and a draft that was sent', async () => {
    const locked = await place.aMessage({ in: channel, by: alice })
    await place.api.services.db.updateTable('messages').set({ locked_at: new Date() }).where('id', '=', locked.id).execute()
    expectRefusal(await say(bob, 'x', { thread_id: locked.id }), 409, 'thread_locked')
    expectRefusal(await say(bob, 'x', { draft_id: newId<DraftId>() }), 409, 'draft_already_sent')
    const gone = await place.aMember()
    const { channel: dm } = await place.api.services.workspace.openDm(alice.actor, { workspace_id: place.workspace.id, user_ids: [gone.user.id] })
    await place.api.services.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', gone.user.id).execute()
    expectRefusal(await place.call(alice, `POST /channels/${dm.id}/messages`, { content: 'x' }), 409, 'recipient_deactivated')
  })
})
