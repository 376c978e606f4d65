import { decodeLogCursor } from '@afrochat/contracts'
import type { Connection, Frame, History, Reader, Stored, Violation } from './history.ts'

/**
 * Every reader got each event of its channels once, in order, from where it began to where it was last told that nothing is
 * missing: from the moment in which it joined to that in which it left, and nothing else. What it was told to fetch, it
 * found.
 */
export function checkReaders({ readers, stored }: History): Violation[] {
  return readers.flatMap((reader) => [
    ...reader.connections.flatMap((connection, index) => checkConnection(reader, connection, index)),
    ...checkReceived(reader, stored),
  ])
}

function checkConnection({ userId }: Reader, { resumedFrom, frames }: Connection, index: number): Violation[] {
  const where = `${userId}, connection ${index + 1}`
  const violations: Violation[] = []
  const reached = positionsOf(resumedFrom)
  let durable = 0
  for (const { type, cursor, sent } of frames) {
    if (type === 'heartbeat' && sent !== durable) violations.push({ rule: 'miscounted', detail: `${where}: ${durable} frames came, ${sent} were sent` })
    if (!isDurable({ type, cursor })) continue
    durable += 1
    for (const [shard, pos] of positionsOf(cursor)) {
      if (pos <= (reached.get(shard) ?? -1)) violations.push({ rule: 'not in order', detail: `${where}: ${type} at ${pos} after ${reached.get(shard)}` })
      reached.set(shard, pos)
    }
  }
  return violations
}

const GIVES_NO_EVENT = ['hello', 'heartbeat', 'resumed', 'resync_required']

const isDurable = ({ type, cursor }: Pick<Frame, 'type' | 'cursor'>) => cursor !== null && !GIVES_NO_EVENT.includes(type)

const positionsOf = (cursor: string | null) =>
  new Map((cursor === null ? [] : (decodeLogCursor(cursor) ?? [])).map(({ shard, pos }) => [shard, pos]))

function checkReceived(reader: Reader, stored: Stored): Violation[] {
  const expected = expectedOf(reader, stored)
  const received = reader.connections.flatMap(({ frames }, connection) =>
    frames.filter((frame) => isDurable(frame) && frame.channelId !== null && frame.seq !== null).map((frame) => ({ ...frame, connection })))
  const known = new Set<string>()
  const violations: Violation[] = []
  for (const { channelId, seq, type } of received) {
    const key = `${channelId} ${seq}`
    if (known.has(key)) violations.push({ rule: 'received twice', detail: `${reader.userId}: ${type} ${key}` })
    known.add(key)
    if (membershipAt(reader, stored, { channelId, seq }) === undefined) violations.push({ rule: 'leaked', detail: `${reader.userId}: ${type} ${key}` })
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
function expectedOf(reader: Reader, stored: Stored): Stored['events'] {
  const from = positionsOf(reader.connections[0]?.frames.find(({ type }) => type === 'hello')?.cursor ?? null)
  const to = positionsOf(reader.connections.flatMap(({ frames }) => frames).findLast(({ type }) => type === 'heartbeat')?.cursor ?? null)
  const positions = new Map(stored.events.map(({ channelId, seq, pos }) => [`${channelId} ${seq}`, pos]))
  const absences = reader.connections.map(({ resumedFrom, frames }) => ({ left: positionsOf(resumedFrom), back: backAt(frames) }))
  return stored.events.filter((event) => {
    const { shard, pos, seq, channelId } = event
    const own = membershipAt(reader, stored, event)
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

const membershipAt = ({ userId }: Reader, { memberships }: Stored, { channelId, seq }: { channelId: string | null; seq: number | null }) =>
  memberships.find((own) => own.userId === userId && own.channelId === channelId && seq !== null && own.fromSeq <= seq && seq <= (own.toSeq ?? Infinity))

/** It was told that events are missing, and what it asked for then has the message. */
function isCaughtUp({ connections, catchUps }: Reader, { channelId, messageId, type }: Stored['events'][number]): boolean {
  if (!connections.some(({ frames }) => frames.some((frame) => frame.type === 'resync_required'))) return false
  // Who is in the channel, and how long a thread is, the first screen says.
  if (type !== 'message_sent') return true
  return catchUps.some((asked) => asked.channelId === channelId && messageId !== null && asked.messageIds.includes(messageId))
}
