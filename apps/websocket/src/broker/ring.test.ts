import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { SessionId } from '@afrochat/kernel'
import { channelIdOf, LogModel, userIdOf } from '../testing/log-model.ts'
import { LogEntry } from './log-entry.ts'
import { Ring } from './ring.ts'

function aRing(log: LogModel, maxEvents = 1_000): Ring {
  const ring = new Ring(0, { maxEvents, maxBytes: 1e9 })
  for (const event of log.events) ring.push(new LogEntry(event, 'e'))
  return ring
}

describe('the ring', () => {
  it('holds the last events of each stream, in order, and knows how far back it reaches', () => {
    const write = fc.array(fc.nat({ max: 2 }), { maxLength: 100 })
    fc.assert(fc.property(write, fc.integer({ min: 1, max: 20 }), fc.nat({ max: 100 }), (channels, maxEvents, after) => {
      const log = new LogModel()
      for (const channel of channels) log.send(channelIdOf(channel))
      const ring = aRing(log, maxEvents)
      const first = Math.max(0, log.head - maxEvents)
      expect(ring.last).toBe(log.head)
      expect(ring.covers(after)).toBe(after >= first && after <= log.head)
      const streams = [0, 1].map((index) => `c:${channelIdOf(index)}` as const)
      const expected = log.events.filter(({ pos, stream_key: stream }) => pos > Math.max(after, first) && streams.includes(stream as never))
      expect(ring.ofStreams(streams, after).map(({ pos }) => pos)).toEqual(expected.map(({ pos }) => pos))
    }))
  })

  it('finds what changed about a user, and forgets it with the events', () => {
    const log = new LogModel()
    log.join(userIdOf(1), channelIdOf(0))
    log.send(channelIdOf(0))
    log.leave(userIdOf(1), channelIdOf(0))
    const changes = (ring: Ring, after: number) => ring.changesOf(userIdOf(1), after).map(({ pos }) => pos)
    expect([changes(aRing(log), 0), changes(aRing(log), 1), changes(aRing(log, 1), 0)]).toEqual([[1, 3], [3], [3]])
  })

  it('takes the words out of a message that is edited or deleted, and leaves the rest of the event', () => {
    const log = new LogModel()
    log.send(channelIdOf(0))
    log.edit(0)
    log.delete(0)
    const texts = aRing(log).ofStreams([`c:${channelIdOf(0)}`], 0).map(({ frame }) => JSON.parse(frame.text) as { seq: number; data: { content?: string } })
    expect(texts.map(({ seq, data }) => [seq, data.content])).toEqual([[1, ''], [2, ''], [3, undefined]])
  })

  it('takes the words out of each of several messages that are deleted at once, and of no other', () => {
    const log = new LogModel()
    for (const channel of [0, 0, 1, 0]) log.send(channelIdOf(channel))
    log.deleteSeveral(channelIdOf(0), 2)
    const entries = aRing(log).ofStreams([0, 1].map((index) => `c:${channelIdOf(index)}` as const), 0)
    const texts = entries.map(({ frame }) => JSON.parse(frame.text) as { data: { content?: string } })
    expect(texts.map(({ data }) => data.content)).toEqual(['words 0', '', 'words 2', '', undefined])
  })

  it('refuses a hole', () => {
    const log = new LogModel()
    log.send(channelIdOf(0))
    log.send(channelIdOf(0))
    const ring = new Ring(0, { maxEvents: 10, maxBytes: 1e9 })
    const [, second] = log.events
    expect(() => second && ring.push(new LogEntry(second, 'e'))).toThrow('A hole in the log: 2 follows 0')
  })

  it('is bounded by bytes too, and keeps the last event in any case', () => {
    const log = new LogModel()
    for (let index = 0; index < 10; index += 1) log.send(channelIdOf(0))
    const ring = new Ring(0, { maxEvents: 100, maxBytes: 1 })
    for (const event of log.events) ring.push(new LogEntry(event, 'e'))
    expect([ring.covers(9), ring.covers(8)]).toEqual([true, false])
  })

  it('remembers sessions that were revoked lately', () => {
    const sessionId = 'a-session' as SessionId
    const ring = new Ring(0, { maxEvents: 1, maxBytes: 1e9 })
    const revoked = { ...aRevocation(sessionId), pos: 1 }
    ring.push(new LogEntry(revoked, 'e'))
    expect(ring.isRevoked(sessionId)).toBe(true)
    ring.push(new LogEntry({ ...aRevocation('another' as SessionId), pos: 2 }, 'e'))
    expect(ring.isRevoked(sessionId)).toBe(false)
  })
})

function aRevocation(sessionId: SessionId) {
  return {
    shard: 0, pos: 1, stream_key: `u:${userIdOf(1)}`, seq: null, workspace_id: null, audience: 'all', type: 'sessions_revoked', message_id: null,
    payload: JSON.stringify({ user_id: userIdOf(1), session_ids: [sessionId] }), actor_id: null, request_id: null, imported: false,
  } as const
}
