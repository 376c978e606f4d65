import { afterEach, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { createLogger } from '@afrochat/logger'
import { waitFor } from '@afrochat/test-support'
import { watchLateness, type Lateness } from './lateness.ts'
import { LoadWatch } from './load-watch.ts'

const stopping: { stop(): void }[] = []
afterEach(() => {
  for (const one of stopping.splice(0)) one.stop()
})
function begun<T extends { stop(): void }>(one: T): T {
  stopping.push(one)
  return one
}

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** Turns of the loop, each of so long, for a while. */
async function busy(turnMs: number, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    block(turnMs)
    await new Promise(setImmediate)
  }
}

/** A loop with nothing to do. Time is what is measured here: there is no condition to wait for. */
// eslint-disable-next-line no-restricted-syntax -- See above.
const idle = (ms: number): Promise<void> => delay(ms)

/** What is read of a loop that had time to fire its timers. */
async function readAfter(lateness: Lateness, work: () => Promise<void>): Promise<number> {
  await idle(100)
  lateness.read()
  await work()
  await idle(30)
  return lateness.read()
}

describe('the lateness of the loop', () => {
  it('is that of what comes in at any moment: half of a turn where each is long, and next to nothing in an idle one', async () => {
    const lateness = begun(watchLateness())
    // Again, where the machine itself stood still.
    await waitFor(async () => (await readAfter(lateness, () => idle(300))) < 50, { timeoutMs: 60_000, message: 'a calm loop' })
    const loaded = await readAfter(lateness, () => busy(300, 4))
    // On a machine that is busy with other things besides a turn only takes longer.
    expect(loaded).toBeGreaterThan(100)
  })

  it('of a single block counts by its share of the time', async () => {
    const lateness = begun(watchLateness())
    const once = () => readAfter(lateness, async () => {
      block(200)
      await idle(1_500)
    })
    await waitFor(async () => (await once()) < 100, { timeoutMs: 60_000, message: 'the block to count by its share' })
  })
})

describe('a loop that is really blocked', () => {
  it('makes its gateway shed in order, and is forgiven when it is free again', async () => {
    const said: string[] = []
    const watch = begun(new LoadWatch({
      thresholds: { typing: 300, presence: 310, connections: 320 }, lookMs: 100,
      onChanged: (sheds) => void said.push((['typing', 'presence', 'connections'] as const).filter(sheds).join('+')),
      logger: createLogger({ service: 'websocket', level: 'silent' }),
    }))
    watch.start()
    await waitFor(async () => {
      await busy(900, 1)
      return watch.drops('connections')
    }, { timeoutMs: 20_000 })
    expect(said).toEqual(['typing', 'typing+presence', 'typing+presence+connections'])
    expect(watch.latenessMs).toBeGreaterThanOrEqual(320)
    await waitFor(() => !watch.drops('typing'), { timeoutMs: 60_000 })
    // One step at a time; not all of them down, where the machine itself stood still meanwhile.
    const order = ['', 'typing', 'typing+presence', 'typing+presence+connections']
    const steps = said.slice(1).map((one, index) => Math.abs(order.indexOf(one) - order.indexOf(said[index] ?? '')))
    expect([new Set(steps), said.at(-1)]).toEqual([new Set([1]), ''])
    expect(watch.dropped).toMatchObject({ connections: 1, presence: 0 })
  })
})
