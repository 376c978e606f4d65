import { decodeLogCursor } from '@afrochat/contracts'
import type { Logger } from '@afrochat/logger'
import type { Dispatcher } from '../broker/dispatcher.ts'
import type { LogEntry } from '../broker/log-entry.ts'
import type { LogFeed } from '../broker/log-feed.ts'
import { resumedFrame, resyncRequiredFrame } from '../protocol/server-frames.ts'
import { createGate, type Gate } from './gate.ts'
import type { Hub } from './hub.ts'
import type { Memberships } from './memberships.ts'
import { Missed } from './missed.ts'
import { readPast, streamsOf } from './past.ts'
import type { Records } from './ports.ts'
import type { Subscriber } from './subscriber.ts'
import { maySee } from './visible.ts'

export interface CatchUpDeps {
  readonly hub: Hub
  /** By shard. */
  readonly feeds: readonly LogFeed[]
  readonly dispatcher: Dispatcher
  readonly memberships: Memberships
  readonly records: Records
  readonly logger: Logger
  readonly limits?: CatchUpLimits
}

/** What became of an attempt. 'void': the connection is gone, or a later attempt has taken over. */
export type Outcome = 'complete' | 'incomplete' | 'void'

export interface CatchUpLimits {
  /** How much a client gets by resuming. Above it, reading the state anew is cheaper for both sides. */
  readonly maxEvents: number
  readonly maxBytes: number
  /** Sent at once; more goes in parts, each when the one before has been taken, so that a slow line is not taken for a slow client. */
  readonly partEvents: number
  readonly partBytes: number
}

const LIMITS: CatchUpLimits = { maxEvents: 2_000, maxBytes: 1024 * 1024, partEvents: 128, partBytes: 256 * 1024 }
/** Connections that read the log from PostgreSQL at the same time: after a restart many come at once. */
const READERS = 8
/** Each round sends something or reads what the round before lacked: more of them mean that the client cannot keep up. */
const MAX_ROUNDS = 50

interface Attempt {
  readonly subscriber: Subscriber
  readonly number: number
  readonly isResume: boolean
  readonly missed: Missed
  events: number
  bytes: number
}

/**
 * Brings connections up to date: what they missed, then what happens, in the order of the log, with nothing in between
 * lost, doubled or shown to somebody who may not see it. What is in memory is sent between two deliveries, after which
 * the connection is live; so there is no moment at which an event could fall between history and present.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps
  readonly #limits: CatchUpLimits
  readonly #gate: Gate = createGate(READERS)

  constructor(deps: CatchUpDeps) {
    this.#deps = deps
    this.#limits = deps.limits ?? LIMITS
  }

  /** Loads the memberships and calls `onHeld` with the position at which the connection is held. */
  async attach(subscriber: Subscriber, onHeld: (cursor: string) => void): Promise<void> {
    const { dispatcher, memberships } = this.#deps
    const isHeld = () => {
      if (subscriber.state === 'gone') return true
      if (!subscriber.member.isLoaded) return false
      subscriber.state = 'held'
      subscriber.at = this.#positions(subscriber)
      onHeld(this.cursorOf(subscriber))
      return true
    }
    do await memberships.load(subscriber.member)
    while (!(await dispatcher.between(isHeld)))
  }

  /** From where it is held to the present. */
  async goLive(subscriber: Subscriber): Promise<Outcome> {
    const attempt = await this.#begin(subscriber, false)
    return this.#run(attempt, () => subscriber.at)
  }

  /** From the client's cursor to the present, and tells it how that went. */
  async resume(subscriber: Subscriber, cursor: string): Promise<Outcome> {
    const attempt = await this.#begin(subscriber, true)
    return this.#run(attempt, () => this.#positionsOf(cursor))
  }

  /** Tells the connection that what it has may be incomplete, and lets it go on from the present. */
  async startOver(subscriber: Subscriber): Promise<Outcome> {
    return this.#startOver(await this.#begin(subscriber, true))
  }

  /** The position up to which the connection has everything, as its client keeps it. */
  cursorOf({ state, at }: Subscriber): string {
    return this.#deps.feeds.map((feed) => feed.cursor(state === 'live' ? undefined : at[feed.shard])).join(',')
  }

  #begin(subscriber: Subscriber, isResume: boolean): Promise<Attempt> {
    const { dispatcher, hub, feeds } = this.#deps
    return dispatcher.between(() => {
      if (subscriber.state === 'live') subscriber.at = feeds.map(({ ring }) => ring.last)
      hub.hold(subscriber)
      subscriber.attempt += 1
      const missed = new Missed(subscriber.member, feeds, subscriber.at)
      return { subscriber, number: subscriber.attempt, isResume, missed, events: 0, bytes: 0 }
    })
  }

  /** Undefined for what is no cursor, of another life of the log, or ahead of it. */
  async #positionsOf(cursor: string): Promise<number[] | undefined> {
    const { feeds, records } = this.#deps
    const positions = decodeLogCursor(cursor)
    if (positions?.length !== feeds.length) return undefined
    const from: number[] = []
    for (const { epoch, shard, pos } of positions) {
      const feed = feeds[shard]
      if (feed?.epoch !== epoch) return undefined
      // Another gateway, or a snapshot, may be ahead of this one; nobody is ahead of the log.
      if (pos > feed.ring.last) {
        const head = await records.readLogPosition(shard)
        if (head.epoch !== epoch || head.pos < pos) return undefined
      }
      from[shard] = pos
    }
    return from
  }

  async #run(attempt: Attempt, findStart: () => Promise<readonly number[] | undefined> | readonly number[]): Promise<Outcome> {
    try {
      const from = await findStart()
      const outcome = from === undefined ? 'incomplete' : await this.#rounds(attempt, from)
      return outcome === 'incomplete' ? await this.#startOver(attempt) : outcome
    } catch (error) {
      // Without the database the history cannot be read; the present needs none, and the client is told what it lacks.
      this.#deps.logger.warn({ err: error, connection_id: attempt.subscriber.id }, 'what a connection missed cannot be read')
      return this.#startOver(attempt)
    }
  }

  async #rounds(attempt: Attempt, from: readonly number[]): Promise<Outcome> {
    attempt.missed.continueFrom(from)
    for (let round = 1; round <= MAX_ROUNDS && !attempt.subscriber.mustStartOver; round += 1) {
      await this.#reached(attempt)
      if (!(await this.#gather(attempt))) return 'incomplete'
      const result = await this.#deps.dispatcher.between(() => this.#tryFinish(attempt, from))
      if (result === 'incomplete' || result === 'complete' || result === 'void') return result
      if (result !== 'again' && !(await this.#sendInParts(attempt, result))) return 'incomplete'
    }
    return 'incomplete'
  }

  /** Waits until this gateway is where the memberships and the cursor are of. */
  async #reached({ subscriber, missed }: Attempt): Promise<void> {
    const { feeds } = this.#deps
    await Promise.all(feeds.map((feed) => feed.reached(Math.max(subscriber.member.floors[feed.shard] ?? 0, missed.upTo[feed.shard] ?? 0))))
  }

  /** Reads from PostgreSQL what memory lacks. False when that is too much, or no longer kept. */
  async #gather(attempt: Attempt): Promise<boolean> {
    const { subscriber: { member }, missed } = attempt
    const { records } = this.#deps
    const feeds = missed.beyondMemory()
    if (feeds.length === 0) return this.#learn(attempt)
    return this.#gate(async () => {
      // The head first: memberships read after it know all changes up to it.
      const stretches = feeds.map((feed) => ({ feed, after: missed.upTo[feed.shard] ?? 0, upTo: feed.ring.last }))
      const question = missed.question()
      const places = await records.listPlaces(member.userId)
      missed.learn(places, question)
      const streams = streamsOf(member, places)
      for (const stretch of stretches) {
        const entries = await readPast(records, streams, stretch)
        if (entries === undefined) return false
        missed.addPast(stretch.feed, entries, stretch.upTo)
      }
      return true
    })
  }

  /** Finds out what channels that the user left meanwhile, or that ended, are to them. */
  async #learn({ subscriber: { member }, missed }: Attempt): Promise<true> {
    const question = missed.question()
    if (question.channels.length > 0) missed.learn(await this.#deps.records.listPlaces(member.userId), question)
    return true
  }

  /** Between two deliveries: sends what is missing and goes live, if that is little; else gives it back. */
  #tryFinish(attempt: Attempt, from: readonly number[]): Outcome | 'again' | LogEntry[] {
    const { subscriber, missed } = attempt
    if (this.#isVoid(attempt)) return 'void'
    if (subscriber.mustStartOver) return 'incomplete'
    if (attempt.events === 0) subscriber.at = [...from]
    if (missed.beyondMemory().length > 0 || missed.question().channels.length > 0) return 'again'
    const entries = missed.visible()
    const bytes = entries.reduce((sum, { frame }) => sum + frame.length, 0)
    attempt.events += entries.length
    attempt.bytes += bytes
    if (attempt.events > this.#limits.maxEvents || attempt.bytes > this.#limits.maxBytes) return 'incomplete'
    const { feeds, hub } = this.#deps
    if (entries.length > this.#limits.partEvents || bytes > this.#limits.partBytes) {
      missed.continueFrom(feeds.map(({ ring }) => ring.last))
      return entries
    }
    for (const { frame } of entries) subscriber.deliver(frame)
    if (attempt.isResume) subscriber.transport.send(resumedFrame)
    hub.goLive(subscriber)
    return 'complete'
  }

  /** False when that cannot be done rightly: too much has happened in the meantime. */
  async #sendInParts(attempt: Attempt, entries: readonly LogEntry[]): Promise<boolean> {
    const { subscriber } = attempt
    let rest = entries
    while (rest.length > 0) {
      await this.#learn(attempt)
      const part = takePart(rest, this.#limits)
      const result = await this.#deps.dispatcher.between(() => this.#sendPart(attempt, part))
      if (result === 'void') return false
      if (result === 'sent') rest = rest.slice(part.length)
      await subscriber.transport.drained()
    }
    return true
  }

  /** Looks at each again: the user may have been removed, or the words deleted, while the parts before were on their way. */
  #sendPart(attempt: Attempt, part: readonly LogEntry[]): 'sent' | 'again' | 'void' {
    const { subscriber, missed } = attempt
    if (this.#isVoid(attempt) || !missed.blankReplacedIn(part)) return 'void'
    if (missed.question().channels.length > 0) return 'again'
    const viewer = missed.viewer()
    const visible = part.filter((entry) => maySee(entry, viewer))
    for (const { frame } of visible) subscriber.deliver(frame)
    return 'sent'
  }

  async #startOver(attempt: Attempt): Promise<Outcome> {
    const { dispatcher, hub } = this.#deps
    const { subscriber } = attempt
    attempt.missed.continueFrom([])
    for (;;) {
      await this.#reached(attempt)
      const outcome = await dispatcher.between(() => {
        if (this.#isVoid(attempt)) return 'void'
        if (!this.#isReached(attempt)) return 'again'
        subscriber.mustStartOver = false
        subscriber.transport.send(resyncRequiredFrame)
        hub.goLive(subscriber)
        return 'incomplete'
      })
      if (outcome !== 'again') return outcome
    }
  }

  #isReached({ subscriber: { member }, missed }: Attempt): boolean {
    return this.#deps.feeds.every(({ shard, ring }) => ring.last >= Math.max(member.floors[shard] ?? 0, missed.upTo[shard] ?? 0))
  }

  #isVoid({ subscriber, number }: Attempt): boolean {
    return subscriber.state === 'gone' || subscriber.attempt !== number || !subscriber.member.isLoaded
  }

  #positions({ member }: Subscriber): number[] {
    return this.#deps.feeds.map(({ shard, ring }) => Math.max(ring.last, member.floors[shard] ?? 0))
  }
}

function takePart(entries: readonly LogEntry[], { partEvents, partBytes }: CatchUpLimits): LogEntry[] {
  const part: LogEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    bytes += entry.frame.length
    if (part.length > 0 && (part.length >= partEvents || bytes > partBytes)) break
    part.push(entry)
  }
  return part
}
