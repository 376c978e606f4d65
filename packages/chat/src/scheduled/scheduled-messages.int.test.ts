import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { memberStream, type Channel, type ScheduledMessage, type Workspace } from '@afrochat/contracts'
import { newId, type ScheduledMessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, waitFor, type ChatWorld, type TestUser } from '@afrochat/test-support'
import type { Due } from '../planned/list-due.ts'
import { aWork, inMinutes, nextMillisecond } from '../testing/work.ts'
import type { ScheduleMessage } from './schedule-message.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser, guest: TestUser
let room: Channel

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())
beforeEach(async () => {
  room = await world.aChannel({ in: workspace, by: alice })
  guest = await world.aMember({ of: workspace, role: 'guest', channels: [room] })
})

const schedule = (input: Partial<ScheduleMessage> = {}, by = alice) =>
  world.chat.scheduleMessage(by, { workspace_id: workspace.id, channel_id: room.id, content: 'later', send_at: inMinutes(10), ...input })
const at = ({ id }: { id: ScheduledMessageId }) => ({ workspace_id: workspace.id, scheduled_message_id: id })
const get = (message: ScheduledMessage, by = alice) => world.chat.getScheduledMessage(by, at(message))
const messages = async () => (await world.chat.listMessages(alice, { channel_id: room.id })).items.filter(({ kind }) => kind === 'user')
const eventsFor = (user: TestUser, after: number) =>
  world.events.filter(({ stream_key, pos }) => stream_key === memberStream(workspace.id, user.userId) && pos > after)
const headPos = () => world.events.at(-1)?.pos ?? 0

/** As if its time had come. */
async function due(message: ScheduledMessage, minutesAgo = 0): Promise<ScheduledMessage> {
  const send_at = new Date(Date.now() - minutesAgo * 60_000)
  await world.db.updateTable('scheduled_messages').set({ send_at }).where('id', '=', message.id).execute()
  return message
}
const send = ({ id }: ScheduledMessage, facts: Parameters<typeof aWork>[1] = {}) => aWork(world, facts).sendScheduledMessage({ id, requestId: 'job-1' })

describe('a message that is to be sent later', () => {
  it('is kept as it was typed, and its author\'s devices are told, nobody else', async () => {
    const before = headPos()
    const send_at = inMinutes(1_440)
    const inParis = `${new Date(Date.parse(send_at) + 3_600_000).toISOString().slice(0, -1)}+01:00`
    const made = await schedule({ content: 'hello @everyone', send_at: inParis })
    expect(made).toMatchObject({ status: 'pending', content: 'hello @everyone', send_at, failure_code: null, message_id: null, thread_id: null, also_in_channel: false })
    expect(world.events.filter(({ pos }) => pos > before).map(({ stream_key, type, seq }) => [stream_key, type, seq])).toEqual([
      [memberStream(workspace.id, alice.userId), 'scheduled_message_updated', null],
    ])
    expect(await get(made)).toEqual(made)
  })

  it('is made by whoever may post there now: not by others, and not where nobody may', async () => {
    await expect(schedule({}, bob)).rejects.toMatchObject({ code: 'not_in_channel' })
    expect(await schedule({}, guest)).toMatchObject({ status: 'pending' })
    const secret = await world.aChannel({ in: workspace, by: alice, private: true })
    await expect(schedule({ channel_id: secret.id }, bob)).rejects.toMatchObject({ code: 'channel_not_found' })
    await expect(schedule({ channel_id: newId() }, bob)).rejects.toMatchObject({ code: 'channel_not_found' })
    await world.archive(room)
    await expect(schedule()).rejects.toMatchObject({ code: 'channel_archived' })
  })

  it('is not made in a channel that only its managers write in, but by them', async () => {
    const quiet = await world.aChannel({ in: workspace, by: alice, members: [bob] })
    await world.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', quiet.id).execute()
    await expect(schedule({ channel_id: quiet.id }, bob)).rejects.toMatchObject({ code: 'channel_read_only' })
    expect(await schedule({ channel_id: quiet.id })).toMatchObject({ status: 'pending' })
  })

  it('is not made for somebody who is gone, and fails when they went in the meantime', async () => {
    const friend = await world.aMember({ of: workspace })
    const { channel } = await world.workspace.openDm(alice, { workspace_id: workspace.id, user_ids: [friend.userId] })
    const made = await due(await schedule({ channel_id: channel.id }))
    await world.workspace.leaveWorkspace(friend, workspace.id)
    await send(made)
    expect(await get(made)).toMatchObject({ status: 'failed', failure_code: 'recipient_deactivated' })
    await expect(schedule({ channel_id: channel.id })).rejects.toMatchObject({ code: 'recipient_deactivated' })
  })

  it('belongs to the workspace that it is made in: of another one neither the channel nor the message is found', async () => {
    const elsewhere = await world.aWorkspace({ owner: alice })
    const made = await schedule()
    await expect(schedule({ workspace_id: elsewhere.id })).rejects.toMatchObject({ code: 'channel_not_found' })
    const named = { ...at(made), workspace_id: elsewhere.id }
    await expect(world.chat.getScheduledMessage(alice, named)).rejects.toMatchObject({ code: 'scheduled_message_not_found' })
    await expect(schedule({ workspace_id: newId() })).rejects.toMatchObject({ code: 'workspace_not_found' })
  })

  it.each([
    ['in the past', -1, 'time_in_past'], ['now', 0, 'time_in_past'], ['in 120 days and a minute', 120 * 1_440 + 1, 'time_too_far'],
  ])('is for the future, at most 120 days ahead: not %s', async (_when, minutes, code) => {
    await expect(schedule({ send_at: inMinutes(minutes) })).rejects.toMatchObject({ code })
  })

  it('may be for 120 days ahead, and never for a time that there is not', async () => {
    expect(await schedule({ send_at: inMinutes(120 * 1_440 - 1) })).toMatchObject({ status: 'pending' })
    await expect(schedule({ send_at: '2030-06-30T23:59:60Z' })).rejects.toMatchObject({ code: 'time_in_past' })
  })

  it('needs text, as any message does', async () => {
    await expect(schedule({ content: ' \u200b ' })).rejects.toMatchObject({ code: 'no_text' })
    await expect(schedule({ content: 'x'.repeat(40_001) })).rejects.toMatchObject({ code: 'msg_too_long' })
  })

  it('may be a reply, to the root of what it names, unless the thread is gone or locked', async () => {
    const root = await world.aMessage({ in: room, by: alice })
    const reply = await world.aMessage({ in: room, by: alice, thread_id: root.id })
    expect(await schedule({ thread_id: reply.id, also_in_channel: true })).toMatchObject({ thread_id: root.id, also_in_channel: true })
    await expect(schedule({ thread_id: newId() })).rejects.toMatchObject({ code: 'thread_not_found' })
    await world.db.updateTable('messages').set({ locked_at: new Date() }).where('id', '=', root.id).execute()
    await expect(schedule({ thread_id: root.id })).rejects.toMatchObject({ code: 'thread_locked' })
  })

  it('shares five minutes of a channel with at most 29 others, however these are laid', async () => {
    // All by the same clock that stands still: between the first and the last of them, some time passes.
    const begin = Date.now()
    const minute = (minutes: number) => new Date(begin + minutes * 60_000).toISOString()
    for (let index = 0; index < 30; index += 1) await schedule({ send_at: minute(100 + index / 10) })
    await expect(schedule({ send_at: minute(100) })).rejects.toMatchObject({ code: 'too_many_scheduled_messages' })
    await expect(schedule({ send_at: minute(98) })).rejects.toMatchObject({ code: 'too_many_scheduled_messages' })
    await expect(schedule({ send_at: minute(104.9) })).rejects.toMatchObject({ code: 'too_many_scheduled_messages' })
    await expect(schedule({ send_at: minute(101) }, guest)).rejects.toMatchObject({ code: 'too_many_scheduled_messages' })
    const other = await world.aChannel({ in: workspace, by: alice })
    for (const send_at of [minute(94), minute(109)]) await schedule({ send_at })
    await schedule({ channel_id: other.id, send_at: minute(100) })
    const far = await schedule({ send_at: minute(200) })
    const nearer = { ...at(far), send_at: minute(101) }
    await expect(world.chat.updateScheduledMessage(alice, nearer)).rejects.toMatchObject({ code: 'too_many_scheduled_messages' })
  })

  it('is counted one by one: of fifty at once for one minute thirty are kept', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => schedule({ send_at: inMinutes(300) })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect([codes.length, new Set(codes)]).toEqual([20, new Set(['too_many_scheduled_messages'])])
  })
})

describe('until it is sent, its author', () => {
  it('changes its words and its time', async () => {
    const made = await schedule()
    const send_at = inMinutes(20)
    expect(await world.chat.updateScheduledMessage(alice, { ...at(made), content: 'better', send_at })).toEqual({
      ...made, content: 'better', send_at, updated_at: expect.any(String),
    })
    expect(await get(made)).toMatchObject({ content: 'better', send_at })
  })

  it('leaves no trace by a change that changes nothing', async () => {
    const made = await schedule()
    const before = headPos()
    expect(await world.chat.updateScheduledMessage(alice, { ...at(made), content: made.content, send_at: made.send_at })).toEqual(made)
    expect(eventsFor(alice, before)).toEqual([])
  })

  it('cancels it, and it is not sent; cancelling twice changes nothing', async () => {
    const made = await schedule()
    await world.chat.cancelScheduledMessage(alice, at(made))
    const before = headPos()
    await world.chat.cancelScheduledMessage(alice, at(made))
    expect(eventsFor(alice, before)).toEqual([])
    await send(await due(made))
    expect([await messages(), (await get(made)).status]).toEqual([[], 'cancelled'])
    await expect(world.chat.updateScheduledMessage(alice, { ...at(made), content: 'x' })).rejects.toMatchObject({ code: 'scheduled_message_not_pending' })
  })

  it('is the only one who sees it', async () => {
    const made = await schedule()
    const others = { ...at(made) }
    await expect(world.chat.getScheduledMessage(owner, others)).rejects.toMatchObject({ code: 'scheduled_message_not_found' })
    await expect(world.chat.updateScheduledMessage(bob, { ...others, content: 'x' })).rejects.toMatchObject({ code: 'scheduled_message_not_found' })
    await expect(world.chat.cancelScheduledMessage(bob, others)).rejects.toMatchObject({ code: 'scheduled_message_not_found' })
    expect((await world.chat.listScheduledMessages(bob, { workspace_id: workspace.id })).items).toEqual([])
  })

  it('lists theirs page by page, also by what became of them', async () => {
    const made = []
    for (let index = 0; index < 5; index += 1) {
      made.unshift(await schedule({ send_at: inMinutes(400 + index) }, guest))
      nextMillisecond()
    }
    const all = await allItems((from) => world.chat.listScheduledMessages(guest, { workspace_id: workspace.id, limit: 2, ...from }))
    expect(all).toEqual(made)
    await world.chat.cancelScheduledMessage(guest, at(made[0] as ScheduledMessage))
    const pending = await allItems((from) => world.chat.listScheduledMessages(guest, { workspace_id: workspace.id, status: 'pending', limit: 3, ...from }))
    expect(pending.map(({ id }) => id)).toEqual(made.slice(1).map(({ id }) => id))
    await expect(world.chat.listScheduledMessages(guest, { workspace_id: workspace.id, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })
})

describe('when its time has come', () => {
  it('it is sent as its author would send it then, and leaves the words to the message', async () => {
    const made = await due(await schedule({ content: `hello @${guest.username}` }))
    const before = headPos()
    await send(made)
    const [message] = await messages()
    expect(message).toMatchObject({ content: `hello <@${guest.userId}>`, user_id: alice.userId, mentions: { user_ids: [guest.userId] }, client_msg_id: `scheduled-${made.id}` })
    expect(await get(made)).toMatchObject({ status: 'sent', message_id: message?.id, content: '' })
    expect(eventsFor(alice, before).map(({ type, payload, request_id }) => [type, JSON.parse(payload).status, request_id])).toEqual([['scheduled_message_updated', 'sent', 'job-1']])
  })

  it('it is not sent before, whoever wakes the worker', async () => {
    const made = await schedule()
    await send(made)
    expect([await messages(), (await get(made)).status]).toEqual([[], 'pending'])
    // What is tried early can still be changed.
    await world.chat.cancelScheduledMessage(alice, at(made))
  })

  it('as a reply it goes to its thread', async () => {
    const root = await world.aMessage({ in: room, by: guest })
    await send(await due(await schedule({ thread_id: root.id })))
    expect(await world.chat.getMessage(alice, root.id)).toMatchObject({ reply_count: 1, reply_user_ids: [alice.userId] })
  })

  it.each([
    ['they have left the channel', async () => world.workspace.leaveChannel(guest, room.id), 'channel_not_found'],
    ['the channel is archived', async () => world.archive(room), 'channel_archived'],
    ['only managers post there', async () => world.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', room.id).execute(), 'channel_read_only'],
    ['the channel is deleted', async () => world.workspace.deleteChannel(owner, room.id), 'channel_not_found'],
    ['their account is deactivated', async () => world.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', guest.userId).execute(), 'user_deactivated'],
  ])('it is judged anew: if %s, it fails, and they are told', async (_what, act, code) => {
    const made = await due(await schedule({ content: 'too late' }, guest))
    await act()
    const before = headPos()
    await send(made)
    expect(await messages().catch(() => [])).toEqual([])
    const [event, ...more] = eventsFor(guest, before)
    expect(more).toEqual([])
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({ status: 'failed', failure_code: code, content: 'too late', message_id: null })
  })

  it('it fails in a thread that was locked in the meantime', async () => {
    const root = await world.aMessage({ in: room, by: alice })
    const made = await due(await schedule({ thread_id: root.id }))
    await world.chat.lockThread(alice, root.id)
    await send(made)
    expect(await get(made)).toMatchObject({ status: 'failed', failure_code: 'thread_locked' })
  })

  it('it is sent after a downtime of less than a day, and not after a longer one', async () => {
    const [late, tooLate] = [await due(await schedule({ content: 'late' }), 23 * 60), await due(await schedule(), 24 * 60 + 1)]
    await send(late)
    await send(tooLate)
    expect(await get(late)).toMatchObject({ status: 'sent' })
    expect(await get(tooLate)).toMatchObject({ status: 'failed', failure_code: 'too_late' })
    expect((await messages()).map(({ content }) => content)).toEqual(['late'])
  })

  it('it waits for a service of ours that is away, and is not called failed for that', async () => {
    const made = await due(await schedule())
    const away = async () => {
      throw new Error('the database is away')
    }
    await expect(send(made, { sendMessage: away })).rejects.toThrow('away')
    expect((await get(made)).status).toBe('pending')
    await expect(world.chat.cancelScheduledMessage(alice, at(made))).rejects.toMatchObject({ code: 'scheduled_message_not_pending' })
    await send(made)
    expect(await messages()).toHaveLength(1)
  })

  it('it is cancelled when they have left the workspace, and found so when they are back', async () => {
    const leaver = await world.aMember({ of: workspace })
    await world.workspace.joinChannel(leaver, room.id)
    const made = await due(await schedule({}, leaver))
    await world.workspace.leaveWorkspace(leaver, workspace.id)
    await send(made)
    expect(await messages()).toEqual([])
    await expect(get(made, leaver)).rejects.toMatchObject({ code: 'workspace_not_found' })
    const invite = await world.workspace.createInvite(owner, { workspace_id: workspace.id })
    await world.workspace.acceptInvite(leaver, invite.token)
    expect(await get(made, leaver)).toMatchObject({ status: 'cancelled' })
  })
})

describe('one message, and one alone', () => {
  it('comes of twenty workers at once', async () => {
    const made = await due(await schedule())
    const before = headPos()
    await Promise.all(Array.from({ length: 20 }, () => send(made)))
    expect(await messages()).toHaveLength(1)
    expect(eventsFor(alice, before)).toHaveLength(1)
  })

  it('comes of a worker that fails between sending and noting it, and another one', async () => {
    const made = await due(await schedule())
    let units = 0
    const transact: typeof world.transact = async (origin, run) => {
      units += 1
      if (units === 2) throw new Error('the connection broke')
      return world.transact(origin, run)
    }
    await expect(send(made, { transact })).rejects.toThrow('broke')
    expect([(await messages()).length, (await get(made)).status]).toEqual([1, 'pending'])
    await world.chat.deleteMessage(alice, (await messages())[0]?.id ?? newId())
    await world.workspace.leaveChannel(alice, room.id)
    await send(await due(made, 25 * 60))
    // It was sent, whatever has happened since, and however long ago.
    expect(await get(made)).toMatchObject({ status: 'sent' })
    const { items } = await world.chat.listChanges(alice, { channel_id: room.id, since: 0 })
    expect(items.filter(({ kind }) => kind === 'user')).toHaveLength(1)
  })

  it('comes of a process that is killed between sending and noting it, and another one', async () => {
    const made = await due(await schedule())
    const script = new URL('../testing/stalling-sender.ts', import.meta.url).pathname
    const killed = spawn(process.execPath, [script, world.databaseUrl, made.id], { stdio: ['ignore', 'pipe', 'inherit'] })
    await Promise.race([once(killed.stdout, 'data'), once(killed, 'exit').then(() => Promise.reject(new Error('It ended before it had sent')))])
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect([(await messages()).length, (await get(made)).status]).toEqual([1, 'pending'])
    await send(made)
    const [message, ...more] = await messages()
    expect([more, await get(made)]).toMatchObject([[], { status: 'sent', message_id: message?.id }])
  })

  it('or none comes, as its author was told, when it is cancelled at the moment that it is sent', async () => {
    for (let round = 0; round < 20; round += 1) {
      const made = await due(await schedule({ content: `round ${round}` }))
      const [cancelled] = await Promise.allSettled([world.chat.cancelScheduledMessage(alice, at(made)), send(made)])
      const wasSent = (await messages()).some(({ content }) => content === `round ${round}`)
      expect([cancelled.status, (await get(made)).status]).toEqual(wasSent ? ['rejected', 'sent'] : ['fulfilled', 'cancelled'])
    }
  })
})

it('whoever applies the events to what they had listed has what the list says now', async () => {
  const list = async () => {
    const { items } = await world.chat.listScheduledMessages(guest, { workspace_id: workspace.id, limit: 200 })
    return new Map(items.map((item) => [item.id, item]))
  }
  const kept = await schedule({}, guest)
  const [state, before] = [await list(), headPos()]
  const root = await world.aMessage({ in: room, by: alice })
  const sent = await schedule({ send_at: new Date(Date.now() + 200).toISOString() }, guest)
  const failed = await schedule({ send_at: new Date(Date.now() + 200).toISOString(), thread_id: root.id }, guest)
  await world.chat.updateScheduledMessage(guest, { ...at(kept), content: 'changed' })
  await world.chat.cancelScheduledMessage(guest, at(kept))
  await world.chat.lockThread(alice, root.id)
  await waitFor(async () => (await dueIds()).has(failed.id))
  await Promise.all([send(sent), send(failed)])
  for (const { type, payload } of eventsFor(guest, before)) {
    const message = JSON.parse(payload) as ScheduledMessage
    if (type === 'scheduled_message_updated') state.set(message.id, message)
  }
  expect([...state.values()].map(({ status }) => status).toSorted()).toEqual(['cancelled', 'failed', 'sent'])
  expect(state).toEqual(await list())
})

/** What a worker would be told to do now. */
async function dueIds(): Promise<ReadonlySet<string>> {
  const pages = await Readable.from(aWork(world).listDue(0)).toArray() as Due[][]
  return new Set(pages.flat().map(({ id }) => id))
}
