import { describe, expect, it } from '@jest/globals'
import { createFlusher, type Flushable } from './flusher.ts'

function aFlusher() {
  const turns: { run: () => void; afterMs: number }[] = []
  let time = 0
  const flusher = createFlusher({ schedule: (run, afterMs) => void turns.push({ run, afterMs }), now: () => time })
  return {
    flusher,
    /** Runs what was scheduled first, and says after how long it was to run. */
    turn() {
      const next = turns.shift()
      next?.run()
      return next?.afterMs
    },
    waiting: () => turns.length,
    takes: (ms: number) => (time += ms),
  }
}

const counting = (flushed: number[], index: number): Flushable => ({ flush: () => void flushed.push(index) })
const many = (count: number, flushed: number[], from = 0) => Array.from({ length: count }, (_, index) => counting(flushed, from + index))

describe('the flusher', () => {
  it('flushes at the end of the turn, in order, and asks for one turn only', () => {
    const { flusher, turn, waiting } = aFlusher()
    const flushed: number[] = []
    for (const item of many(3, flushed)) flusher.add(item)
    expect([flushed, waiting()]).toEqual([[], 1])
    expect(turn()).toBe(0)
    expect([flushed, waiting()]).toEqual([[0, 1, 2], 0])
  })

  it('spreads many over several turns', () => {
    const { flusher, turn, waiting } = aFlusher()
    const flushed: number[] = []
    for (const item of many(1_200, flushed)) flusher.add(item)
    const counts = []
    while (waiting() > 0) {
      turn()
      counts.push(flushed.length)
    }
    expect(counts).toEqual([512, 1_024, 1_200])
    expect(flushed).toEqual(Array.from({ length: 1_200 }, (_, index) => index))
  })

  it('does not let a few wait for the thousands that came before them', () => {
    const { flusher, turn } = aFlusher()
    const flushed: number[] = []
    for (const item of many(5_000, flushed)) flusher.add(item)
    turn()
    for (const item of many(10, flushed, 5_000)) flusher.add(item)
    turn()
    expect(flushed).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, index) => 5_000 + index)))
    expect(flushed.length).toBeLessThanOrEqual(1_100)
  })

  it('takes up what comes while it flushes', () => {
    const { flusher, turn } = aFlusher()
    const flushed: number[] = []
    flusher.add({ flush: () => flusher.add(counting(flushed, 1)) })
    turn()
    turn()
    expect(flushed).toEqual([1])
  })

  it('pauses as long as it wrote, five milliseconds at most, so that more is joined when there is much to do', () => {
    for (const [wroteMs, pauseMs] of [[0.4, 0], [3, 3], [40, 5]] as const) {
      const { flusher, turn, takes } = aFlusher()
      flusher.add({ flush: () => void takes(wroteMs) })
      expect(turn()).toBe(0)
      flusher.add(counting([], 1))
      expect(turn()).toBe(pauseMs)
    }
  })

  it('does not pause for what comes later than that', () => {
    const { flusher, turn, takes } = aFlusher()
    flusher.add({ flush: () => void takes(40) })
    turn()
    takes(6)
    flusher.add(counting([], 1))
    expect(turn()).toBe(0)
  })

  it('tells who would bring more when some of what waits has been written, at once if nothing does', async () => {
    const { flusher, turn } = aFlusher()
    await flusher.turn()
    let isTold = false
    flusher.add(counting([], 1))
    const told = flusher.turn().then(() => (isTold = true))
    await Promise.resolve()
    expect(isTold).toBe(false)
    turn()
    await told
  })
})
