import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { UserId } from '@afrochat/kernel'
import type { CatchUpLimits } from './catch-up.ts'
import {
  checkLive, checkWords, durable, play, position, posOf, share, stepsToTheEnd, stepsWith, stretchesOf, withOne, type FrameSighting, type Step,
} from '../testing/play.ts'
import type { Rig } from '../testing/rig.ts'

const TIGHT: CatchUpLimits = { maxEvents: 8, maxBytes: 1e9, partEvents: 2, partBytes: 1e9 }

const forgetting = share.map((s): Step => (rig) => rig.log.forget(position(rig, s)))
const foreignResumes = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 1e6 }), fc.constantFrom('one', 'another'))
  .map(([n, pos, epoch]): Step => (rig) => withOne(rig, n, (one) => rig.resume(one, epoch === 'one' ? rig.log.head + 1 + pos : pos, epoch)))
let lives = 0
const restoring = share.map((s): Step => (rig) => {
  lives += 1
  rig.log.restore(position(rig, s), `e${lives}`)
  rig.beginAnew()
})

function wasAllowed(rig: Rig, userId: UserId, sighting: FrameSighting): boolean {
  const event = rig.log.events[(posOf(sighting) ?? 0) - 1]
  return event !== undefined && rig.log.reaches(userId, event, 'later') && rowsOf(sighting).some((at) => rig.log.maySee(userId, event, sighting.at, at))
}

/** The positions from the one to the other. What a channel is that one is not in is read from rows, which may be ahead of the gateway. */
const from = (first: number, last: number) => Array.from({ length: Math.max(first, last) - first + 1 }, (_, index) => first + index)

const rowsOf = ({ at, head }: FrameSighting) => from(at, head)

describe('whatever happens in whatever order, a connection', () => {
  it('gets exactly what the log and its user\'s memberships say: no gap, no repeat, nothing after a removal', async () => {
    const steps = fc.oneof({ weight: 2, arbitrary: stepsWith() }, stepsToTheEnd)
    await fc.assert(fc.asyncProperty(fc.scheduler(), steps, fc.integer({ min: 1, max: 30 }), async (scheduler, all, ringEvents) => {
      const rig = await play({ scheduler, steps: all, ringEvents })
      expect(rig.failures).toEqual([])
      for (const connection of rig.connections) {
        const { userId } = connection.subscriber.member
        const stretches = stretchesOf(rig, connection)
        for (const stretch of stretches) {
          checkLive(rig, connection, stretch)
          const { from: start, liveAt, liveHead } = stretch
          if (liveAt === undefined) continue
          const got = durable(stretch.replayed).map(posOf)
          const expected = rig.log.events.filter((event) => event.pos > start && event.pos <= liveAt && rig.log.reaches(userId, event, 'later')).filter((event) => {
            const seen = from(liveAt, liveHead).map((at) => rig.log.maySee(userId, event, liveAt, at))
            return seen.every(Boolean) || (seen.some(Boolean) && got.includes(event.pos))
          })
          expect(got).toEqual(expected.map(({ pos }) => pos))
          expect(stretch.replayed.some(({ frame }) => frame.type === 'resync_required')).toBe(false)
        }
        checkWords(rig, connection)
        if (connection.subscriber.state !== 'gone') expect(stretches.at(-1)?.liveAt).toBeDefined()
        expect(connection.subscriber.sent).toBe(durable(connection.seen.filter((one) => one.kind === 'frame')).length)
      }
    }), { numRuns: 300, endOnFailure: true })
  })

  it('is told when it cannot get all it missed: too much, too old, or from no place of this log', async () => {
    const steps = stepsWith(forgetting, foreignResumes)
    await fc.assert(fc.asyncProperty(fc.scheduler(), steps, fc.integer({ min: 1, max: 12 }), async (scheduler, all, ringEvents) => {
      const rig = await play({ scheduler, steps: all, ringEvents, limits: TIGHT })
      expect(rig.failures).toEqual([])
      for (const connection of rig.connections) {
        const { userId } = connection.subscriber.member
        const stretches = stretchesOf(rig, connection)
        for (const stretch of stretches) {
          checkLive(rig, connection, stretch)
          const replayed = durable(stretch.replayed)
          const got = replayed.map(posOf)
          expect(got.length).toBeLessThanOrEqual(TIGHT.maxEvents)
          const before = [stretch.from, ...got]
          expect(got.every((pos, index) => pos !== undefined && pos > (before[index] ?? 0))).toBe(true)
          expect(replayed.every((sighting) => wasAllowed(rig, userId, sighting))).toBe(true)
          const { from: start, held, liveAt, liveHead } = stretch
          if (liveAt === undefined || stretch.replayed.some(({ frame }) => frame.type === 'resync_required')) continue
          const meanwhile = from(held.at, Math.max(liveAt, liveHead))
          const owed = rig.log.events.filter((event) => event.pos > start && event.pos <= liveAt
            && rig.log.reaches(userId, event, 'later') && meanwhile.every((at) => rig.log.maySee(userId, event, at)))
          expect(got).toEqual(expect.arrayContaining(owed.map(({ pos }) => pos)))
        }
        checkWords(rig, connection)
        if (connection.subscriber.state !== 'gone') expect(stretches.at(-1)?.liveAt).toBeDefined()
      }
    }), { numRuns: 300, endOnFailure: true })
  })

  it('gets nothing of a life of the log that has ended, is told to read its state anew, and goes on with the new one', async () => {
    const steps = stepsWith(restoring)
    await fc.assert(fc.asyncProperty(fc.scheduler(), steps, fc.integer({ min: 1, max: 12 }), async (scheduler, all, ringEvents) => {
      const rig = await play({ scheduler, steps: all, ringEvents })
      expect(rig.failures).toEqual([])
      for (const connection of rig.connections) {
        const frames = connection.seen.filter((one) => one.kind === 'frame')
        const epochs = durable(frames).map(({ frame }) => frame.cursor?.split('.')[0])
        for (const [index, epoch] of epochs.entries()) {
          if (index === 0 || epoch === epochs[index - 1]) continue
          // Between the last frame of one life and the first of the next there is the word that something is missing.
          const between = frames.slice(frames.indexOf(durable(frames)[index - 1] as never), frames.indexOf(durable(frames)[index] as never))
          expect(between.some(({ frame }) => frame.type === 'resync_required')).toBe(true)
        }
        if (connection.subscriber.state === 'gone') continue
        const last = stretchesOf(rig, connection).at(-1)
        expect(last?.liveAt).toBeDefined()
        if (last !== undefined) checkLive(rig, connection, last)
        if (new Set(epochs).size > 1 || connection.helloEpoch !== rig.feed.epoch) {
          expect(frames.filter(({ frame }) => frame.type === 'resync_required').length).toBeGreaterThan(0)
        }
      }
    }), { numRuns: 300, endOnFailure: true })
  })
})
