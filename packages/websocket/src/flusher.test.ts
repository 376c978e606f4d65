import { describe, expect, it } from '@jest/globals'
import { createFlusher, type Flushable } from './flusher.ts'

function aFlusher() {
  const turns: (() => void)[] = []
  const flusher = createFlusher((run) => void turns.push(run))
  return { flusher, turn: () => turns.shift()?.(), waiting: () => turns.length }
}

const counting = (flushed: number[], index: number): Flushable => ({ flush: () => void flushed.push(index) })

describe('the flusher', () => {
  it('flushes at the end of the turn, in order, and asks for one turn only', () => {
    const { flusher, turn, waiting } = aFlusher()
    const flushed: number[] = []
    for (let index = 0; index < 3; index += 1) flusher.add(counting(flushed, index))
    expect([flushed, waiting()]).toEqual([[], 1])
    turn()
    expect([flushed, waiting()]).toEqual([[0, 1, 2], 0])
  })

  it('spreads many over several turns', () => {
    const { flusher, turn, waiting } = aFlusher()
    const flushed: number[] = []
    for (let index = 0; index < 1_200; index += 1) flusher.add(counting(flushed, index))
    const counts = []
    while (waiting() > 0) {
      turn()
      counts.push(flushed.length)
    }
    expect(counts).toEqual([512, 1_024, 1_200])
    expect(flushed).toEqual(Array.from({ length: 1_200 }, (_, index) => index))
  })

  it('takes up what comes while it flushes', () => {
    const { flusher, turn } = aFlusher()
    const flushed: number[] = []
    flusher.add({ flush: () => flusher.add(counting(flushed, 1)) })
    turn()
    turn()
    expect(flushed).toEqual([1])
  })
})
