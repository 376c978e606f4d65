import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { memberStream, type Channel, type Reminder, type Workspace } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { aWork, inMinutes, nextMillisecond } from '../testing/work.ts'
import type { CreateReminder } from './create-reminder.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser
let room: Channel

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
  room = await world.aChannel({ in: workspace, by: bob, private: true, members: [alice] })
})
afterAll(() => world.close())

const remind = (input: Partial<CreateReminder> = {}, by = alice) =>
  world.chat.createReminder(by, { workspace_id: workspace.id, content: 'water the plants', remind_at: inMinutes(10), ...input })
const at = ({ id }: Reminder) => ({ workspace_id: workspace.id, reminder_id: id })
const get = (reminder: Reminder, by = alice) => world.chat.getReminder(by, at(reminder))
const update = (reminder: Reminder, change: object, by = alice) => world.chat.updateReminder(by, { ...at(reminder), ...change })
const headPos = () => world.events.at(-1)?.pos ?? 0
const newsFor = (user: TestUser, after: number): Reminder[] =>
  world.events.filter(({ stream_key, pos }) => stream_key === memberStream(workspace.id, user.userId) && pos > after)
    .flatMap(({ type, payload }) => (type === 'reminder_updated' ? [JSON.parse(payload)] : []))

/** As if its time had come. */
async function fire(reminder: Reminder): Promise<void> {
  await world.db.updateTable('reminders').set({ remind_at: new Date(Date.now() - 1_000) }).where('id', '=', reminder.id).execute()
  await aWork(world).fireReminder({ id: reminder.id, requestId: 'job-1' })
}

describe('a reminder', () => {
  it('is of a message, of a text, or of both, and told to its owner\'s devices alone', async () => {
    const message = await world.aMessage({ in: room, by: bob })
    const before = world.events.length
    const made = await remind({ message_id: message.id })
    expect(made).toMatchObject({ status: 'pending', content: 'water the plants', message_id: message.id })
    expect(world.events.slice(before).map(({ stream_key, type }) => [stream_key, type])).toEqual([[memberStream(workspace.id, alice.userId), 'reminder_updated']])
    expect(await remind({ message_id: message.id, content: null })).toMatchObject({ content: null })
    expect(await get(made)).toEqual(made)
    await expect(remind({ content: null })).rejects.toMatchObject({ code: 'reminder_empty' })
  })

  it('is of no message that one may not read, has deleted, or that is elsewhere', async () => {
    const stranger = await world.aMember({ of: workspace })
    const message = await world.aMessage({ in: room, by: alice })
    await expect(remind({ message_id: message.id }, stranger)).rejects.toMatchObject({ code: 'message_not_found' })
    await expect(remind({ message_id: newId() })).rejects.toMatchObject({ code: 'message_not_found' })
    const elsewhere = await world.aWorkspace({ owner: alice })
    await expect(remind({ message_id: message.id, workspace_id: elsewhere.id })).rejects.toMatchObject({ code: 'message_not_found' })
    await world.chat.deleteMessage(alice, message.id)
    await expect(remind({ message_id: message.id })).rejects.toMatchObject({ code: 'message_not_found' })
  })

  it.each([
    ['in the past', { remind_at: inMinutes(-1) }, 'time_in_past'], ['in more than a year', { remind_at: inMinutes(367 * 1_440) }, 'time_too_far'],
    ['of nothing to see', { content: ' \u200b' }, 'no_text'], ['of 1,001 characters', { content: '😀'.repeat(1_001) }, 'msg_too_long'],
    ['in no workspace of one\'s own', { workspace_id: newId<Workspace['id']>() }, 'workspace_not_found'],
  ])('is for a time ahead, and of bounded length: not %s', async (_what, input, code) => {
    await expect(remind(input)).rejects.toMatchObject({ code })
  })

  it('is nobody else\'s to see, change or cancel', async () => {
    const made = await remind()
    for (const other of [bob, owner]) {
      await expect(get(made, other)).rejects.toMatchObject({ code: 'reminder_not_found' })
      await expect(update(made, { completed: true }, other)).rejects.toMatchObject({ code: 'reminder_not_found' })
      await expect(world.chat.cancelReminder(other, at(made))).rejects.toMatchObject({ code: 'reminder_not_found' })
    }
  })

  it('is changed, and a change that changes nothing leaves no trace', async () => {
    const made = await remind()
    expect(await update(made, { content: 'feed the cat' })).toMatchObject({ content: 'feed the cat', status: 'pending' })
    const before = headPos()
    expect(await update(made, { content: 'feed the cat', remind_at: made.remind_at })).toMatchObject({ content: 'feed the cat' })
    expect(newsFor(alice, before)).toEqual([])
    await expect(update(made, { content: null })).rejects.toMatchObject({ code: 'reminder_empty' })
  })

  it('is completed, also twice, and made pending again by another time', async () => {
    const made = await remind()
    expect(await update(made, { completed: true })).toMatchObject({ status: 'completed' })
    const before = headPos()
    expect(await update(made, { completed: true })).toMatchObject({ status: 'completed' })
    expect(newsFor(alice, before)).toEqual([])
    expect(await update(made, { remind_at: inMinutes(30) })).toMatchObject({ status: 'pending' })
  })

  it('is cancelled, also twice, and never fires then', async () => {
    const made = await remind()
    await world.chat.cancelReminder(alice, at(made))
    const before = headPos()
    await world.chat.cancelReminder(alice, at(made))
    await fire(made)
    expect(newsFor(alice, before)).toEqual([])
    expect(await get(made)).toMatchObject({ status: 'cancelled' })
  })

  it('is listed with the others, page by page, also by what became of it', async () => {
    const carol = await world.aMember({ of: workspace })
    const made = []
    for (let index = 0; index < 5; index += 1) {
      made.unshift(await remind({ content: `number ${index}` }, carol))
      nextMillisecond()
    }
    const list = (query: object) => allItems((from) => world.chat.listReminders(carol, { workspace_id: workspace.id, ...query, ...from }))
    expect(await list({ limit: 2 })).toEqual(made)
    await update(made[0] as Reminder, { completed: true }, carol)
    expect((await list({ limit: 3, status: 'pending' })).map(({ id }) => id)).toEqual(made.slice(1).map(({ id }) => id))
    expect(await list({ status: 'completed' })).toHaveLength(1)
  })
})

describe('when its time has come', () => {
  it('it fires once, however many workers come for it', async () => {
    const made = await remind()
    const before = headPos()
    await world.db.updateTable('reminders').set({ remind_at: new Date() }).where('id', '=', made.id).execute()
    await Promise.all(Array.from({ length: 20 }, () => aWork(world).fireReminder({ id: made.id, requestId: 'job-1' })))
    expect(newsFor(alice, before).map(({ status }) => status)).toEqual(['fired'])
  })

  it('it fires however late, and not before', async () => {
    const made = await remind()
    await aWork(world).fireReminder({ id: made.id, requestId: 'job-1' })
    expect(await get(made)).toMatchObject({ status: 'pending' })
    await world.db.updateTable('reminders').set({ remind_at: new Date(0) }).where('id', '=', made.id).execute()
    await aWork(world).fireReminder({ id: made.id, requestId: 'job-1' })
    expect(await get(made)).toMatchObject({ status: 'fired' })
  })

  it('it is snoozed by another time, and fires again', async () => {
    const made = await remind()
    await fire(made)
    expect(await update(made, { remind_at: inMinutes(15) })).toMatchObject({ status: 'pending' })
    await fire(made)
    expect(await get(made)).toMatchObject({ status: 'fired' })
  })

  it('it keeps its text alone where the message may no longer be read', async () => {
    const dave = await world.aMember({ of: workspace })
    await world.workspace.addChannelMembers(bob, { channel_id: room.id, user_ids: [dave.userId] })
    const [deleted, left] = [await world.aMessage({ in: room, by: bob }), await world.aMessage({ in: room, by: bob })]
    const [ofDeleted, ofLeft] = [await remind({ message_id: deleted.id }), await remind({ message_id: left.id }, dave)]
    await world.chat.deleteMessage(bob, deleted.id)
    await world.workspace.removeChannelMember(bob, { channel_id: room.id, user_id: dave.userId })
    await fire(ofDeleted)
    await fire(ofLeft)
    expect(await get(ofDeleted)).toMatchObject({ status: 'fired', message_id: null, content: 'water the plants' })
    expect(await get(ofLeft, dave)).toMatchObject({ status: 'fired', message_id: null, content: 'water the plants' })
  })

  it('it says nothing to who has left the workspace, nor in one that is gone', async () => {
    const [leaver, other] = [await world.aMember({ of: workspace }), await world.aWorkspace()]
    const made = await remind({}, leaver)
    await world.workspace.leaveWorkspace(leaver, workspace.id)
    const orphan = await world.aMember({ of: other })
    const there = await remind({ workspace_id: other.id }, orphan)
    await world.db.updateTable('workspaces').set({ deleted_at: new Date() }).where('id', '=', other.id).execute()
    const before = world.events.length
    await fire(made)
    await fire(there)
    expect(world.events.slice(before)).toEqual([])
    const rows = await world.db.selectFrom('reminders').select('status').where('id', 'in', [made.id, there.id]).execute()
    expect(rows.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
  })
})

it('whoever applies the events to what they had listed has what the list says now', async () => {
  const erin = await world.aMember({ of: workspace })
  const list = async () => new Map((await world.chat.listReminders(erin, { workspace_id: workspace.id, limit: 200 })).items.map((item) => [item.id, item]))
  const kept = await remind({}, erin)
  const [state, before] = [await list(), headPos()]
  const [fired, cancelled, completed] = [await remind({}, erin), await remind({}, erin), await remind({}, erin)]
  await update(kept, { content: 'changed', remind_at: inMinutes(90) }, erin)
  await world.chat.cancelReminder(erin, at(cancelled))
  await update(completed, { completed: true }, erin)
  await fire(fired)
  for (const reminder of newsFor(erin, before)) state.set(reminder.id, reminder)
  expect([...state.values()].map(({ status }) => status).toSorted()).toEqual(['cancelled', 'completed', 'fired', 'pending'])
  expect(state).toEqual(await list())
})

it('what was done with a month ago is removed, and nothing else', async () => {
  const frank = await world.aMember({ of: workspace })
  const [old, fresh] = [await remind({}, frank), await remind({}, frank)]
  nextMillisecond()
  const pending = await remind({}, frank)
  await update(old, { completed: true }, frank)
  await update(fresh, { completed: true }, frank)
  for (const { id } of [old, pending]) {
    await world.db.updateTable('reminders').set({ updated_at: new Date(Date.now() - 31 * 86_400_000) }).where('id', '=', id).execute()
  }
  expect(await aWork(world).removeDonePlans()).toBe(1)
  const { items } = await world.chat.listReminders(frank, { workspace_id: workspace.id })
  expect(items.map(({ id }) => id)).toEqual([pending.id, fresh.id])
})
