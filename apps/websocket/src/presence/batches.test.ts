import { describe, expect, it } from '@jest/globals'
import { Batches } from './batches.ts'

/** Batches whose every attempt ends when the test says so. */
function theBatches({ size = 10, retryMs = 1 } = {}) {
  const attempts: { keys: readonly string[]; end(isDone: boolean): void }[] = []
  const batches = new Batches<string>({ size, retryMs, handle: (keys) => new Promise((end) => attempts.push({ keys, end })) })
  const attempt = async (index: number) => {
    while (attempts[index] === undefined) await new Promise(setImmediate)
    return attempts[index]
  }
  return { batches, attempt, attempts }
}

describe('keys', () => {
  it('are done in batches, one at a time, and one that comes again meanwhile is done again', async () => {
    const { batches, attempt, attempts } = theBatches({ size: 2 })
    batches.add(['a', 'b', 'c'])
    const first = await attempt(0)
    batches.add(['a'])
    expect([first.keys, batches.has('a'), batches.has('b'), batches.has('c'), batches.has('d')]).toEqual([['a', 'b'], true, true, true, false])
    const done = batches.done(['a', 'c'])
    first.end(true)
    const second = await attempt(1)
    expect([second.keys, attempts.length, batches.has('b')]).toEqual([['c', 'a'], 2, false])
    second.end(true)
    expect(await done).toBe(true)
    expect(batches.has('a')).toBe(false)
  })

  it('stay undone until an attempt succeeds; who waits for them is told of one that did not', async () => {
    // Longer than any pause between two lines here: what is added meanwhile is tried together with the rest.
    const { batches, attempt } = theBatches({ retryMs: 300 })
    batches.add(['a'])
    const done = batches.done(['a'])
    ;(await attempt(0)).end(false)
    expect([await done, batches.has('a')]).toEqual([false, true])
    batches.add(['b'])
    const second = await attempt(1)
    expect([...second.keys].sort()).toEqual(['a', 'b'])
    second.end(true)
    expect([await batches.done(['a', 'b']), batches.has('a')]).toEqual([true, false])
  })

  it('are not waited for once it has ended', async () => {
    const { batches, attempt } = theBatches()
    batches.add(['a'])
    const done = batches.done(['a'])
    batches.stop()
    ;(await attempt(0)).end(false)
    expect(await done).toBe(false)
  })
})
