import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Reminder, ScheduledMessage, type Channel } from '@afrochat/contracts'
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

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
const scheduledPath = (id = '') => `/workspaces/${place.workspace.id}/scheduled-messages${id && `/${id}`}` as const
const remindersPath = (id = '') => `/workspaces/${place.workspace.id}/reminders${id && `/${id}`}` as const

let slot = 0
/** Each ten minutes after the one before: a channel takes thirty within five minutes. */
const schedule = (body: object = {}, by: TestPerson | null = alice) =>
  place.call(by, `POST ${scheduledPath()}`, { channel_id: general.id, content: 'later', send_at: inMinutes(10 * (slot += 1)), ...body })
const scheduled = async (body: object = {}, by = alice) => (await schedule(body, by)).body as ScheduledMessage
const remind = (body: object = {}, by: TestPerson | null = alice) => place.call(by, `POST ${remindersPath()}`, { content: 'water the plants', remind_at: inMinutes(5), ...body })
const reminder = async (body: object = {}, by = alice) => (await remind(body, by)).body as Reminder
/** As a worker notes that it has sent it. */
const markSent = ({ id }: ScheduledMessage) =>
  place.api.services.db.updateTable('scheduled_messages').set({ status: 'sent', content: '' }).where('id', '=', id).execute()

it.each(['GET', 'POST'] as const)('401: %s wants to know who asks', async (method) => {
  for (const path of [scheduledPath(), remindersPath()]) expectRefusal(await place.call(null, `${method} ${path}`, method === 'POST' ? {} : undefined), 401, 'authorization_required')
})

it.each(['GET', 'PATCH', 'DELETE'] as const)('401: %s of one wants to know who asks', async (method) => {
  for (const path of [scheduledPath(newId()), remindersPath(newId())]) {
    expectRefusal(await place.call(null, `${method} ${path}`, method === 'PATCH' ? {} : undefined), 401, 'authorization_required')
  }
})

describe('POST /workspaces/:workspace_id/scheduled-messages', () => {
  it('201: what is planned', async () => {
    const { status, body } = await schedule({ also_in_channel: false, thread_id: null })
    expect(status).toBe(201)
    expect([...Value.Errors(ScheduledMessage, body)]).toEqual([])
    expect(body).toMatchObject({ workspace_id: place.workspace.id, channel_id: general.id, status: 'pending' })
    expect((await schedule({}, guest)).status).toBe(201)
  })

  it.each([
    { send_at: 'tomorrow' }, { send_at: '2030-01-01' }, { send_at: '2030-01-01T00:00:00' }, { send_at: '2030-13-01T00:00:00Z' }, { send_at: 5 }, { send_at: null }, { content: '' }, { content: 'x'.repeat(80_001) }, { channel_id: 'x' }, { thread_id: 'x' },
    { status: 'sent' }, { user_id: newId() }, { id: newId() }, { message_id: newId() },
  ])('400 invalid_request: %j', async (body) => {
    expectRefusal(await schedule(body), 400, 'invalid_request')
  })

  it('400: no text, and too much of it', async () => {
    expectRefusal(await schedule({ content: '\u200b' }), 400, 'no_text')
    expectRefusal(await schedule({ content: 'x'.repeat(40_001) }), 400, 'msg_too_long')
  })

  it('403: a public channel that one is not in; 404: one that one may not see, and another workspace', async () => {
    const [open, secret] = [await place.aChannel({ by: owner }), await place.aChannel({ by: owner, private: true })]
    expectRefusal(await schedule({ channel_id: open.id }), 403, 'not_in_channel')
    expectRefusal(await schedule({ channel_id: open.id }, guest), 404, 'channel_not_found')
    expectRefusal(await schedule({ channel_id: secret.id }), 404, 'channel_not_found')
    expectRefusal(await schedule({ channel_id: newId() }), 404, 'channel_not_found')
    expectRefusal(await schedule({ thread_id: newId() }), 404, 'thread_not_found')
    expectRefusal(await schedule({}, stranger), 404, 'workspace_not_found')
  })

  it('409: an archived channel', async () => {
    const archived = await place.aChannel({ by: alice })
    await place.archive(archived)
    expectRefusal(await schedule({ channel_id: archived.id }), 409, 'channel_archived')
  })

  it('422: a time that has passed, is too far, or is taken', async () => {
    expectRefusal(await schedule({ send_at: inMinutes(-1) }), 422, 'time_in_past')
    expectRefusal(await schedule({ send_at: inMinutes(121 * 1_440) }), 422, 'time_too_far')
    const room = await place.aChannel({ by: alice })
    for (let index = 0; index < 30; index += 1) await schedule({ channel_id: room.id, send_at: inMinutes(60) })
    expectRefusal(await schedule({ channel_id: room.id, send_at: inMinutes(60) }), 422, 'too_many_scheduled_messages')
  })

  it('201, and the same again for the same Idempotency-Key', async () => {
    const body = { channel_id: general.id, content: 'once', send_at: inMinutes(10 * (slot += 1)) }
    const call = () => place.api.call('POST', scheduledPath().slice(1), { as: alice, body, headers: { 'idempotency-key': 'key-1' } })
    const [first, second] = [await call(), await call()]
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
  })
})

describe('GET, PATCH and DELETE /workspaces/:workspace_id/scheduled-messages', () => {
  it('200: the list and one of it; 200: changed; 204: cancelled', async () => {
    const made = await scheduled()
    const list = await place.call(alice, `GET ${scheduledPath()}?status=pending&limit=1`)
    expect(list).toMatchObject({ status: 200, body: { items: [made], next_cursor: expect.any(String) } })
    expect(await place.call(alice, `GET ${scheduledPath(made.id)}`)).toMatchObject({ status: 200, body: made })
    expect(await place.call(alice, `PATCH ${scheduledPath(made.id)}`, { content: 'better' })).toMatchObject({ status: 200, body: { content: 'better' } })
    expect(await place.call(alice, `DELETE ${scheduledPath(made.id)}`)).toMatchObject({ status: 204, body: undefined })
    expect(await place.call(alice, `DELETE ${scheduledPath(made.id)}`)).toMatchObject({ status: 204 })
    expect(await place.call(alice, `GET ${scheduledPath(made.id)}`)).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  })

  it('400: a cursor, a status or a change that is none', async () => {
    const { id } = await scheduled()
    expectRefusal(await place.call(alice, `GET ${scheduledPath()}?cursor=x`), 400, 'invalid_cursor')
    expectRefusal(await place.call(alice, `GET ${scheduledPath()}?status=lost`), 400, 'invalid_request')
    for (const body of [{ channel_id: general.id }, { status: 'cancelled' }, { content: 5 }]) {
      expectRefusal(await place.call(alice, `PATCH ${scheduledPath(id)}`, body), 400, 'invalid_request')
    }
    expectRefusal(await place.call(alice, `GET ${scheduledPath('x')}`), 400, 'invalid_request')
  })

  it('404: somebody else\'s, also for an owner, and of another workspace', async () => {
    const { id } = await scheduled()
    for (const by of [owner, guest]) {
      expectRefusal(await place.call(by, `GET ${scheduledPath(id)}`), 404, 'scheduled_message_not_found')
      expectRefusal(await place.call(by, `PATCH ${scheduledPath(id)}`, { content: 'x' }), 404, 'scheduled_message_not_found')
      expectRefusal(await place.call(by, `DELETE ${scheduledPath(id)}`), 404, 'scheduled_message_not_found')
    }
    expectRefusal(await place.call(stranger, `GET ${scheduledPath(id)}`), 404, 'workspace_not_found')
    expectRefusal(await place.call(stranger, `GET ${scheduledPath()}`), 404, 'workspace_not_found')
  })

  it('409: one that was sent; 422: a time that has passed', async () => {
    const made = await scheduled()
    expectRefusal(await place.call(alice, `PATCH ${scheduledPath(made.id)}`, { send_at: inMinutes(-1) }), 422, 'time_in_past')
    await markSent(made)
    expectRefusal(await place.call(alice, `PATCH ${scheduledPath(made.id)}`, { content: 'x' }), 409, 'scheduled_message_not_pending')
    expectRefusal(await place.call(alice, `DELETE ${scheduledPath(made.id)}`), 409, 'scheduled_message_not_pending')
  })
})

describe('POST /workspaces/:workspace_id/reminders', () => {
  it('201: of a text, of a message', async () => {
    const message = await place.aMessage({ in: general, by: owner })
    const { status, body } = await remind({ message_id: message.id })
    expect(status).toBe(201)
    expect([...Value.Errors(Reminder, body)]).toEqual([])
    expect((await remind({ content: null, message_id: message.id }, guest)).status).toBe(201)
  })

  it.each([{ remind_at: 'soon' }, { content: '' }, { content: 'x'.repeat(2_001) }, { message_id: 5 }, { user_id: newId() }, { status: 'fired' }])(
    '400 invalid_request: %j', async (body) => {
      expectRefusal(await remind(body), 400, 'invalid_request')
    })

  it('404: a message that one may not read, a workspace that is not one\'s own; 422: of nothing, for no time', async () => {
    const secret = await place.aChannel({ by: owner, private: true })
    const message = await place.aMessage({ in: secret, by: owner })
    expectRefusal(await remind({ message_id: message.id }), 404, 'message_not_found')
    expectRefusal(await remind({}, stranger), 404, 'workspace_not_found')
    expectRefusal(await remind({ content: null }), 422, 'reminder_empty')
    expectRefusal(await remind({ remind_at: inMinutes(-1) }), 422, 'time_in_past')
    expectRefusal(await remind({ remind_at: inMinutes(367 * 1_440) }), 422, 'time_too_far')
    expectRefusal(await remind({ content: '\u200b' }), 400, 'no_text')
  })
})

describe('GET, PATCH and DELETE /workspaces/:workspace_id/reminders', () => {
  it('200: the list and one of it; 200: snoozed, completed; 204: cancelled', async () => {
    const made = await reminder()
    expect(await place.call(alice, `GET ${remindersPath()}?limit=1`)).toMatchObject({ status: 200, body: { items: [made] } })
    expect(await place.call(alice, `GET ${remindersPath(made.id)}`)).toMatchObject({ status: 200, body: made })
    const remind_at = inMinutes(60)
    expect(await place.call(alice, `PATCH ${remindersPath(made.id)}`, { remind_at })).toMatchObject({ status: 200, body: { remind_at, status: 'pending' } })
    expect(await place.call(alice, `PATCH ${remindersPath(made.id)}`, { completed: true })).toMatchObject({ status: 200, body: { status: 'completed' } })
    expect(await place.call(alice, `DELETE ${remindersPath(made.id)}`)).toMatchObject({ status: 204, body: undefined })
  })

  it('400: a cursor, a status or a change that is none', async () => {
    const { id } = await reminder()
    expectRefusal(await place.call(alice, `GET ${remindersPath()}?cursor=x`), 400, 'invalid_cursor')
    expectRefusal(await place.call(alice, `GET ${remindersPath()}?status=lost`), 400, 'invalid_request')
    for (const body of [{ completed: false }, { status: 'completed' }, { message_id: newId() }]) {
      expectRefusal(await place.call(alice, `PATCH ${remindersPath(id)}`, body), 400, 'invalid_request')
    }
  })

  it('404: somebody else\'s, also for an owner; 422: of nothing, for no time', async () => {
    const { id } = await reminder()
    expectRefusal(await place.call(owner, `GET ${remindersPath(id)}`), 404, 'reminder_not_found')
    expectRefusal(await place.call(owner, `PATCH ${remindersPath(id)}`, { completed: true }), 404, 'reminder_not_found')
    expectRefusal(await place.call(owner, `DELETE ${remindersPath(id)}`), 404, 'reminder_not_found')
    expectRefusal(await place.call(stranger, `GET ${remindersPath()}`), 404, 'workspace_not_found')
    expectRefusal(await place.call(alice, `PATCH ${remindersPath(id)}`, { content: null }), 422, 'reminder_empty')
    expectRefusal(await place.call(alice, `PATCH ${remindersPath(id)}`, { remind_at: inMinutes(-1) }), 422, 'time_in_past')
  })
})
