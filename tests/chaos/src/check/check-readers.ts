import { decodeLogCursor } from '@afrochat/contracts'
import type { Connection, Frame, History, Reader, Stored, Violation } from './history.ts'

/**
 * Every reader got each event of its channels once, in order, from where it began to where it was last told that nothing is
 * missing: from the moment in which it joined to that in which it left, and nothing else. What it was told to fetch, it
 * found.
 */
export function checkReaders({ readers, stored }: History): Violation[] {
  const memberships = Map.groupBy(stored.memberships, ({ userId }) => userId)
  return readers.flatMap((reader) => [
    ...reader.connections.flatMap((connection, index) => checkConnection(reader, connection, index)),
    ...checkReceived(reader, { events: stored.events, memberships: Map.groupBy(memberships.get(reader.userId) ?? [], ({ channelId }) => channelId) }),
  ])
}

/** The log, and one reader's memberships by channel: of all people they are too many to look through for each event. */
interface Seen {
  readonly events: Stored['events']
  readonly memberships: ReadonlyMap<string, Stored['memberships']>
}

function checkConnection({ userId }: Reader, connection: Connection, index: number): Violation[] {
  const where = `${userId}, connection ${index + 1}`
  const violations: Violation[] = []
  let durable = 0
  for (const frame of connection.frames) {
    if (frame.type === 'heartbeat' && frame.sent !== durable) violations.push({ rule: 'miscounted', detail: `${where}: ${durable} frames came, ${frame.sent} were sent` })
    if (isDurable(frame)) durable += 1
  }
  return [...violations, ...stretchesOf(connection).flatMap((stretch) => checkOrder(stretch, where))]
}

function checkOrder({ from, frames }: Stretch, where: string): Violation[] {
  const violations: Violation[] = []
  const reached = positionsOf(from)
  for (const { type, cursor } of frames) {
    for (const [shard, pos] of positionsOf(cursor)) {
      if (pos <= (reached.get(shard) ?? -1)) violations.push({ rule: 'not in order', detail: `${where}: ${type} at ${pos} after ${reached.get(shard)}` })
      reached.set(shard, pos)
    }
  }
  return violations
}

/** Durable frames in order, and the cursor behind which they begin. */
interface Stretch {
  readonly from: string | null
  readonly frames: readonly Frame[]
}

/**
 * One, or two: a client that lets the gateway wait for its `resume` gets what happens meanwhile, and then everything
 * behind the cursor that it resumes from, that once more.
 */
function stretchesOf({ resumedFrom, frames }: Connection): Stretch[] {
  const hello = frames[0]?.cursor ?? null
  const durable = frames.filter(isDurable)
  const [first] = durable
  const isHasty = first !== undefined && !isBehind(first.cursor, hello) && frames.some(({ type }) => type === 'resumed')
  const answer = isHasty ? durable.findIndex(({ cursor }, index) => index > 0 && isBehind(cursor, first.cursor)) : -1
  if (answer === -1) return [{ from: resumedFrom, frames: durable }]
  return [{ from: hello, frames: durable.slice(0, answer) }, { from: resumedFrom, frames: durable.slice(answer) }]
}

function isBehind(cursor: string | null, other: string | null): boolean {
  const others = positionsOf(other)
  return [...positionsOf(cursor)].some(([shard, pos]) => pos <= (others.get(shard) ?? -1))
}

const GIVES_NO_EVENT = ['hello', 'heartbeat', 'resumed', 'resync_required']

const isDurable = ({ type, cursor }: Pick<Frame, 'type' | 'cursor'>) => cursor !== null && !GIVES_NO_EVENT.includes(type)

const positionsOf = (cursor: string | null) =>
  new Map((cursor === null ? [] : (decodeLogCursor(cursor) ?? [])).map(({ shard, pos }) => [shard, pos]))

function checkReceived(reader: Reader, stored: Seen): Violation[] {
  const expected = expectedOf(reader, stored)
  const known = new Set<string>()
  const violations: Violation[] = []
  for (const { frames } of reader.connections.flatMap(stretchesOf)) {
    // What comes again behind the cursor of a resume is what the client asked for.
    const here = new Set<string>()
    for (const { channelId, seq, type } of frames) {
      if (channelId === null || seq === null) continue
      const key = `${channelId} ${seq}`
      if (here.has(key)) violations.push({ rule: 'received twice', detail: `${reader.userId}: ${type} ${key}` })
      here.add(key)
      known.add(key)
      if (membershipAt(stored, { channelId, seq }) === undefined) violations.push({ rule: 'leaked', detail: `${reader.userId}: ${type} ${key}` })
    }
  }
  for (const event of expected) {
    if (known.has(`${event.channelId} ${event.seq}`) || isCaughtUp(reader, event)) continue
    violations.push({ rule: 'not received', detail: `${reader.userId}: ${event.type} ${event.channelId} ${event.seq}` })
  }
  return violations
}

/**
 * The events of its channels between where it began and where it was last told that it has everything. Of what happened
 * while it was away, only what it may still see when it comes back.
 */
function expectedOf(reader: Reader, stored: Seen): Stored['events'] {
  const from = positionsOf(reader.connections[0]?.frames.find(({ type }) => type === 'hello')?.cursor ?? null)
  const to = positionsOf(reader.connections.flatMap(({ frames }) => frames).findLast(({ type, cursor }) => type === 'heartbeat' && cursor !== null)?.cursor ?? null)
  const positions = new Map(stored.events.map(({ channelId, seq, pos }) => [`${channelId} ${seq}`, pos]))
  const absences = reader.connections.map(({ resumedFrom, frames }) => ({ left: positionsOf(resumedFrom), back: backAt(frames) }))
  return stored.events.filter((event) => {
    const { shard, pos, seq, channelId } = event
    const own = membershipAt(stored, event)
    if (own === undefined || pos <= (from.get(shard) ?? Infinity) || pos > (to.get(shard) ?? -Infinity)) return false
    const back = absences.find(({ left, back: at }) => pos > (left.get(shard) ?? Infinity) && pos <= (at.get(shard) ?? -Infinity))?.back.get(shard)
    const endedAt = own.toSeq === null ? Infinity : (positions.get(`${channelId} ${own.toSeq}`) ?? Infinity)
    return back === undefined || endedAt > back || seq === own.toSeq
  })
}

/** Where the log was when it had caught up: what came before it was told so, was brought to it as of then. */
function backAt(frames: readonly Frame[]): Map<number, number> {
  const back = positionsOf(frames[0]?.cursor ?? null)
  for (const { cursor } of frames.slice(0, frames.findIndex(({ type }) => type === 'resumed') + 1)) {
    for (const [shard, pos] of positionsOf(cursor)) back.set(shard, Math.max(pos, back.get(shard) ?? 0))
  }
  return back
}

const membershipAt = ({ memberships }: Seen, { channelId, seq }: { channelId: string | null; seq: number | null }) =>
  memberships.get(channelId ?? '')?.find((own) => seq !== null && own.fromSeq <= seq && seq <= (own.toSeq ?? Infinity))

/** It was told that events are missing, and what it asked for then has the message. */
function isCaughtUp({ connections, catchUps }: Reader, { channelId, messageId, type }: Stored['events'][number]): boolean {
  if (!connections.some(({ frames }) => frames.some((frame) => frame.type === 'resync_required'))) return false
  // Who is in the channel, and how long a thread is, the first screen says.
  if (type !== 'message_sent') return true
  return catchUps.some((asked) => asked.channelId === channelId && messageId !== null && asked.messageIds.includes(messageId))
}
