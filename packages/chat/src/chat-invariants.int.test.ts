import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Channel, Message, SharedMessage, Workspace } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'
import { allItems, applyEvents, createChatWorld, forEverybody, often, type ChatWorld, type MessageState, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let place: Workspace
let people: TestUser[]
beforeAll(async () => {
  world = await createChatWorld()
  const owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  people = [owner, await world.aMember({ of: place }), await world.aMember({ of: place })]
  await world.aCustomEmoji({ in: place, name: 'constructor' })
})
afterAll(() => world.close())

/** Numbers choose among the people, and among the messages sent so far. */
interface Operation {
  readonly kind: 'send' | 'reply' | 'edit' | 'delete' | 'bulk' | 'react' | 'unreact' | 'pin' | 'unpin' | 'lock' | 'unlock' | 'look'
  readonly by: number
  readonly message: number
  readonly text: string
  readonly alsoInChannel: boolean
}

const operations = fc.array(fc.record({
  kind: fc.constantFrom<Operation['kind']>('send', 'reply', 'reply', 'edit', 'delete', 'bulk', 'react', 'react', 'unreact', 'pin', 'pin', 'unpin', 'lock', 'unlock', 'look'),
  by: fc.nat({ max: 2 }),
  message: fc.nat({ max: 7 }),
  text: fc.constantFrom('a', 'b', 'c'),
  alsoInChannel: fc.boolean(),
}), { minLength: 5, maxLength: 30 })
const EMOJI: Record<string, string> = { a: '👍', b: 'tada', c: 'constructor' }

const pick = <T>(from: readonly T[], index: number): T => {
  const picked = from[index % from.length]
  if (picked === undefined) throw new Error('There is nothing to pick from')
  return picked
}

/** Does it as its user would. What is refused is refused for a reason; anything else than a refusal fails the test. */
async function perform(channel: Channel, sent: Message[], { kind, by, message, text, alsoInChannel }: Operation): Promise<void> {
  const actor = pick(people, by)
  if (kind === 'send' || sent.length === 0) return void sent.push(await world.aMessage({ in: channel, by: actor, content: text }))
  const { id: message_id } = pick(sent, message)
  const emoji = EMOJI[text] ?? ''
  try {
    if (kind === 'reply') sent.push(await world.aMessage({ in: channel, by: actor, content: text, thread_id: message_id, also_in_channel: alsoInChannel }))
    if (kind === 'edit') await world.chat.editMessage(actor, { message_id, content: text })
    if (kind === 'delete') await world.chat.deleteMessage(actor, message_id)
    if (kind === 'bulk') await world.chat.bulkDeleteMessages(actor, { channel_id: channel.id, message_ids: sent.slice(message % sent.length).map(({ id }) => id).slice(0, 3) })
    if (kind === 'pin') await world.chat.pinMessage(actor, message_id)
    if (kind === 'unpin') await world.chat.unpinMessage(actor, message_id)
    if (kind === 'lock') await world.chat.lockThread(actor, message_id)
    if (kind === 'unlock') await world.chat.unlockThread(actor, message_id)
    if (kind === 'react') await world.chat.addReaction(actor, { message_id, emoji })
    if (kind === 'unreact') await world.chat.removeReaction(actor, { message_id, emoji })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
}

/** What somebody knew at a position. */
interface Look {
  readonly seq: number
  readonly state: MessageState
}

async function look(channel: Channel): Promise<Look> {
  const { last_seq } = await world.workspace.getChannel(pick(people, 0), channel.id)
  return { seq: last_seq, state: await world.messagesOf(channel.id, pick(people, 0)) }
}

describe('after any operations of several people', () => {
  it('counts, lists, changes and events all tell the same', async () => {
    await fc.assert(fc.asyncProperty(operations, async (list) => {
      const channel = await world.aChannel({ in: place, by: pick(people, 0), members: people.slice(1) })
      const sent: Message[] = []
      const looks: Look[] = [await look(channel)]
      for (const operation of list) {
        if (operation.kind === 'look') looks.push(await look(channel))
        else await perform(channel, sent, operation)
      }
      const now = await look(channel)
      await expectGaplessEvents(channel, now)
      expectTrueThreads([...now.state.values()])
      await expectTrueLists(channel, [...now.state.values()])
      for (const before of looks) await expectCatchingUp(channel, before, now)
    }), { numRuns: often(40) })
  })
})

async function expectGaplessEvents(channel: Channel, { seq, state }: Look): Promise<void> {
  const events = await world.storedEvents(channel.id)
  expect(events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1))

  const lastTouch = new Map<string, number>()
  for (const event of events) {
    const { id, message_id, ids = [message_id ?? id] } = JSON.parse(event.payload) as { id?: string; message_id?: string; ids?: string[] }
    for (const touched of ids) if (touched !== undefined) lastTouch.set(touched, event.seq ?? 0)
  }
  expect(Object.fromEntries([...state.values()].map(({ id, change_seq }) => [id, change_seq]))).toEqual(Object.fromEntries(lastTouch))
}

function expectTrueThreads(messages: readonly SharedMessage[]): void {
  for (const root of messages) {
    const replies = repliesTo(root, messages)
    expect(root).toMatchObject({
      reply_count: replies.length,
      reply_user_ids: [...new Set(replies.map(({ user_id }) => user_id))],
      last_reply_at: replies.at(-1)?.created_at ?? null,
    })
  }
}

const bySeq = (one: SharedMessage, other: SharedMessage) => one.seq - other.seq
const repliesTo = (root: SharedMessage, messages: readonly SharedMessage[]) =>
  messages.filter(({ thread_id, deleted_at }) => thread_id === root.id && deleted_at === null).toSorted(bySeq)

/** The lists, by the words of what they promise instead of by their SQL. */
async function expectTrueLists(channel: Channel, messages: readonly SharedMessage[]): Promise<void> {
  const reader = pick(people, 1)
  const pins = await allItems((from) => world.chat.listPins(reader, { channel_id: channel.id, limit: 2, ...from }))
  expect(new Set(pins.map(({ id }) => id))).toEqual(new Set(messages.filter(({ pinned }) => pinned).map(({ id }) => id)))
  const history = await allItems((from) => world.chat.listMessages(reader, { channel_id: channel.id, limit: 3, ...from }))
  expect(history.map(forEverybody)).toEqual(messages
    .filter(({ thread_id, also_in_channel }) => thread_id === null || also_in_channel)
    .filter((message) => message.deleted_at === null || repliesTo(message, messages).length > 0)
    .toSorted(bySeq).reverse())
  for (const root of messages) {
    const replies = await allItems((from) => world.chat.listReplies(reader, { message_id: root.id, limit: 2, ...from }))
    expect(replies.map(forEverybody)).toEqual(repliesTo(root, messages))
  }
}

/** By `/changes` and by the events, from any position: both lead to what is. */
async function expectCatchingUp(channel: Channel, before: Look, now: Look): Promise<void> {
  const changes = await allItems((from) => world.chat.listChanges(pick(people, 2), { channel_id: channel.id, since: before.seq, limit: 4, ...from }))
  const caughtUp = new Map([...before.state, ...changes.map((message) => [message.id, forEverybody(message)] as const)])
  expect(Object.fromEntries(caughtUp)).toEqual(Object.fromEntries(now.state))
  const replayed = applyEvents(before.state, await world.storedEvents(channel.id, before.seq))
  expect(Object.fromEntries(replayed)).toEqual(Object.fromEntries(now.state))
}
