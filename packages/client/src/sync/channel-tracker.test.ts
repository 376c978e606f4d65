import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { SharedMessage } from '@afrochat/contracts'
import { alice, anId, bob, ModelChat } from '../testing/model-chat.ts'
import { ChannelLog } from './channel-log.ts'
import { ChannelTracker, type Gap, type Step } from './channel-tracker.ts'
import { toMendedEvents } from './mended-events.ts'
import { toClientEvent, type ChannelId, type MessageId } from './sync-event.ts'

const general = anId<ChannelId>('channel-general')

function aChat() {
  const chat = new ModelChat()
  chat.addChannel('general')
  const tracker = new ChannelTracker(new Map([[general, chat.channel(general).last_seq]]))
  tracker.me = alice.id
  return { chat, tracker }
}

const typesOf = ({ deliver }: Step) => deliver.map(({ type, seq }) => `${type} ${seq}`)

describe('ChannelTracker', () => {
  it('passes on what comes without a gap', () => {
    const { chat, tracker } = aChat()
    chat.send(general, 'one')
    expect(tracker.receive(chat.last)).toEqual({ deliver: [chat.last], mend: null })
  })

  it('holds events back behind a gap until it is mended, and then drops those that came by mending', () => {
    const { chat, tracker } = aChat()
    chat.send(general, 'two is lost')
    const three = chat.send(general, 'three')
    expect(tracker.receive(chat.last)).toEqual({ deliver: [], mend: { channelId: general, since: 1 } })
    chat.edit(three, 'three, edited')
    expect(tracker.receive(chat.last)).toEqual({ deliver: [], mend: null })
    chat.send(general, 'five')
    tracker.receive(chat.last)
    // /changes was read before five was sent.
    tracker.advance(general, 4)
    expect(typesOf(tracker.mended(general))).toEqual(['message_sent 5'])
    expect(tracker.isWaiting).toBe(false)
  })

  it('passes on who joined although the messages around it came by mending', () => {
    const { chat, tracker } = aChat()
    chat.send(general, 'two is lost')
    chat.join(general, bob)
    tracker.receive(chat.last)
    tracker.advance(general, 3)
    expect(typesOf(tracker.mended(general))).toEqual(['member_joined 3'])
  })

  it('holds back what one does about a channel until it is mended, but not what is about others', () => {
    const { chat, tracker } = aChat()
    const random = chat.addChannel('random')
    tracker.receive(chat.last)
    chat.send(general, 'two is lost')
    chat.send(general, 'three')
    tracker.receive(chat.last)
    chat.mute(general, true)
    expect(tracker.receive(chat.last).deliver).toEqual([])
    chat.read(general, 3)
    expect(tracker.receive(chat.last).deliver).toEqual([])
    chat.mute(random, true)
    expect(tracker.receive(chat.last).deliver).toEqual([chat.last])
    tracker.advance(general, 3)
    expect(tracker.mended(general).deliver.map(({ type }) => type)).toEqual(['preferences_updated', 'channel_read'])
  })

  it('finds a second gap among the events that it held back', () => {
    const { chat, tracker } = aChat()
    for (const text of ['2 is lost', '3', '4 is lost', '5']) {
      chat.send(general, text)
      if (!text.includes('lost')) tracker.receive(chat.last)
    }
    expect(tracker.mended(general)).toMatchObject({ deliver: [{ seq: 3 }], mend: { since: 3 } })
    expect(typesOf(tracker.mended(general))).toEqual(['message_sent 5'])
  })

  it('treats an event of a type that it does not know like a gap, because it may be about any message', () => {
    const { chat, tracker } = aChat()
    chat.send(general, 'two')
    expect(tracker.receive({ ...chat.last, type: 'message_painted' }).mend).toEqual({ channelId: general, since: 1 })
    expect(tracker.mended(general)).toEqual({ deliver: [], mend: null })
    expect(tracker.seqs().get(general)).toBe(2)
  })

  it('mends a channel whose beginning it missed, but not one that begins with one’s own joining', () => {
    const { chat, tracker } = aChat()
    const random = chat.addChannel('random')
    expect(tracker.receive(chat.last).mend).toBeNull()
    tracker.forget(random)
    chat.send(random, 'hello')
    expect(tracker.receive(chat.last).mend).toEqual({ channelId: random, since: 1 })
  })

  it('takes the first event of any channel as its beginning when it started from nothing', () => {
    const { chat } = aChat()
    chat.send(general, 'hello')
    expect(new ChannelTracker().receive(chat.last).deliver).toHaveLength(1)
  })

  it('forgets a channel when its own member has left it, and begins anew when they join again', () => {
    const { chat, tracker } = aChat()
    const left = { ...chat.last, type: 'member_left', seq: 2, data: { channel_id: general, user_id: alice.id, removed_by: null } }
    expect(tracker.receive(left).deliver).toHaveLength(1)
    expect(tracker.seqs().has(general)).toBe(false)
    expect(tracker.receive({ ...chat.last, seq: 9 })).toMatchObject({ deliver: [{ seq: 9 }], mend: null })
  })

  it('forgets a channel that was deleted', () => {
    const { chat, tracker } = aChat()
    const deleted = { ...chat.last, type: 'channel_deleted', seq: 2, data: { id: general, workspace_id: chat.last.workspace_id } }
    expect(tracker.receive(deleted).deliver).toHaveLength(1)
    expect(tracker.seqs().has(general)).toBe(false)
  })

  it('mends once more when the API says that the channel has come further than what is being mended', () => {
    const { chat, tracker } = aChat()
    expect(tracker.suspect(general, 5)).toEqual({ channelId: general, since: 1 })
    expect(tracker.suspect(general, 9)).toBeNull()
    chat.send(general, 'two')
    expect(tracker.mended(general).mend).toEqual({ channelId: general, since: 5 })
    expect(tracker.mended(general).mend).toBeNull()
    expect(tracker.seqs().get(general)).toBe(9)
  })

  it('gives out what it held when a channel cannot be mended', () => {
    const { chat, tracker } = aChat()
    chat.send(general, 'lost')
    chat.send(general, 'three')
    tracker.receive(chat.last)
    expect(typesOf(tracker.giveUp(general))).toEqual(['message_sent 3'])
    expect(tracker.isWaiting).toBe(false)
  })
})

/** One move of the world, of the network or of the one who mends. */
const moves = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('send', 'reply', 'edit', 'delete', 'delete all', 'react', 'unreact', 'pin', 'join', 'rename'), which: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('arrive', 'arrive', 'arrive', 'lose', 'repeat'), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('read changes', 'finish mending'), which: fc.nat(20) }) },
)

class World {
  readonly chat = new ModelChat()
  readonly tracker: ChannelTracker
  readonly log: ChannelLog
  #arrived = 0
  #mending: { gap: Gap; seen: Set<MessageId>; after: { seq: number; id: MessageId | undefined } } | null = null
  readonly #isNew = new Set<string>()

  constructor() {
    this.chat.addChannel('general')
    this.tracker = new ChannelTracker(new Map([[general, 1]]))
    this.log = new ChannelLog(this.chat.channel(general))
    this.#arrived = this.chat.log.length
  }

  move(what: string, which: number): void {
    const { chat } = this
    const messages = chat.messages(general)
    const message = messages[which % Math.max(1, messages.length)]
    if (what === 'send') chat.send(general, `text ${which}`)
    if (what === 'join') chat.join(general, bob)
    if (what === 'rename') chat.change(general, { name: `name-${which}` })
    if (what === 'arrive' || what === 'lose') this.#next(what === 'arrive')
    if (what === 'repeat' && this.#arrived > 1) this.#follow(this.tracker.receive(chat.log[1 + (which % (this.#arrived - 1))] ?? chat.last))
    if (what === 'read changes') this.#readChanges(1 + (which % 3))
    if (what === 'finish mending') this.finishMending()
    if (message !== undefined && message.deleted_at === null) this.#touch(what, message)
  }

  #touch(what: string, message: SharedMessage): void {
    if (what === 'reply') this.chat.send(general, 'reply', { thread_id: message.thread_id ?? message.id })
    if (what === 'edit') this.chat.edit(message, `${message.content}!`)
    if (what === 'delete') this.chat.delete(message)
    if (what === 'delete all') this.chat.deleteAtOnce(general, this.chat.messages(general).filter(({ deleted_at }) => deleted_at === null))
    if (what === 'pin') this.chat.pin(message, !message.pinned)
    if (what === 'react' && message.reactions.length === 0) this.chat.react('reaction_added', message, 'tada')
    if (what === 'unreact' && message.reactions.length > 0) this.chat.react('reaction_removed', message, 'tada')
  }

  /** Everything that was sent arrives, and everything is mended; the last event always arrives: a heartbeat tells of a lost tail. */
  settle(): void {
    this.chat.send(general, 'the last one')
    while (this.#arrived < this.chat.log.length) this.#next(true)
    while (this.tracker.isWaiting) this.finishMending()
  }

  #next(arrives: boolean): void {
    const event = this.chat.log[this.#arrived]
    if (event === undefined) return
    this.#arrived += 1
    if (arrives) this.#follow(this.tracker.receive(event))
  }

  /** A page; true: it was the last. A page may end in the middle of one change, in which several messages were deleted. */
  #readChanges(limit: number): boolean {
    if (this.#mending === null) return true
    const { gap, seen, after } = this.#mending
    const changes = this.chat.changes(general, after.seq, after.id)
    const page = changes.slice(0, limit)
    for (const event of toMendedEvents(page, { since: gap.since, seen })) this.#emit(event)
    const last = page.at(-1)
    if (last !== undefined) this.#mending.after = { seq: last.change_seq, id: last.id }
    const isLast = changes.length <= limit
    this.tracker.advance(general, (last?.change_seq ?? 0) - (isLast ? 0 : 1))
    return isLast
  }

  finishMending(): void {
    if (this.#mending === null) return
    while (!this.#readChanges(3)) { /* the next page */ }
    this.#mending = null
    this.#follow(this.tracker.mended(general))
  }

  #follow({ deliver, mend }: Step): void {
    for (const event of deliver) {
      const known = toClientEvent(event)
      if (known !== undefined) this.#emit(known)
    }
    if (mend !== null) this.#mending = { gap: mend, seen: new Set(), after: { seq: mend.since, id: undefined } }
  }

  #emit(event: NonNullable<ReturnType<typeof toClientEvent>>): void {
    this.log.apply(event)
    if (event.type !== 'message_sent') return
    expect(this.#isNew.has(event.data.id)).toBe(false)
    this.#isNew.add(event.data.id)
  }
}

it('leads to what the API answers, with each message new once, whatever is lost, repeated, or changed while it mends', () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60, size: 'max' }), (list) => {
      const world = new World()
      for (const { do: what, which } of list) world.move(what, which)
      world.settle()
      expect(world.log.all()).toEqual(world.chat.messages(general))
    }),
    { numRuns: 500 },
  )
})
