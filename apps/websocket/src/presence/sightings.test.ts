import { describe, expect, it } from '@jest/globals'
import { newId, type UserId } from '@afrochat/kernel'
import type { HereState, PresenceView } from '@afrochat/redis'
import { waitFor } from '@afrochat/test-support'
import { Sightings } from './sightings.ts'

const [ada, bola] = [newId<UserId>(), newId<UserId>()]
const SETTLE_MS = 10_000

/** Sightings of a board that is what the test says. */
function theSightings() {
  const board: { here: Record<string, HereState>; isComplete: boolean; isAway: boolean } = { here: { [ada]: 'active' }, isComplete: true, isAway: false }
  const clock = { nowMs: 0 }
  const told: string[] = []
  const reads: UserId[][] = []
  const sightings = new Sightings({
    board: {
      async read<T extends string>(ids: readonly T[]): Promise<PresenceView<T> | undefined> {
        reads.push(ids as readonly string[] as UserId[]) // They are.
        const here = ids.flatMap((id): [T, HereState][] => (board.here[id] === undefined ? [] : [[id, board.here[id]]]))
        return board.isAway ? undefined : { here: new Map(here), isComplete: board.isComplete }
      },
    },
    isWatched: () => true, watched: () => [ada, bola], settleMs: SETTLE_MS, nowMs: () => clock.nowMs,
    onChanged: (id, presence) => void told.push(`${id === ada ? 'ada' : 'bola'} ${presence}`),
  })
  /** Looks, and resolves when that has been done. */
  const look = () => sightings.known([ada, bola])
  return { sightings, board, clock, told, reads, look }
}

describe('what is known of those who are watched', () => {
  it('is what the board says, told when it changes', async () => {
    const { sightings, board, told, look } = theSightings()
    await look()
    await look()
    expect(told).toEqual(['ada active', 'bola offline'])
    board.here = { [bola]: 'away' }
    sightings.lookAt([ada, bola])
    await waitFor(() => told.length === 4)
    expect([told.slice(2), sightings.of(ada), sightings.of(bola)]).toEqual([['ada offline', 'bola away'], 'offline', 'away'])
  })

  it('is not that somebody is offline while the board is incomplete, and is as soon as it is not', async () => {
    const { sightings, board, told, look } = theSightings()
    await look()
    Object.assign(board, { here: {}, isComplete: false })
    await look()
    sightings.see(['one'])
    expect([told, sightings.of(ada)]).toEqual([['ada active', 'bola offline'], 'active'])
    board.isComplete = true
    sightings.see(['one'])
    await waitFor(() => told.length === 3)
    expect(told.at(-1)).toBe('ada offline')
  })

  it('stays as it is while Redis is away, and nobody is offline before all had time to come back', async () => {
    const { sightings, board, clock, told, look } = theSightings()
    await look()
    sightings.see(['one'])
    Object.assign(board, { isAway: true, here: {} })
    await look()
    sightings.see(undefined)
    board.isAway = false
    await look()
    sightings.see(['one'])
    await look()
    expect(told).toEqual(['ada active', 'bola offline'])
    clock.nowMs += SETTLE_MS
    sightings.see(['one'])
    await waitFor(() => told.length === 3)
    expect(told.at(-1)).toBe('ada offline')
  })

  it('is looked at anew when a gateway goes or comes, and not when all are there as before', async () => {
    const { sightings, reads, look } = theSightings()
    sightings.see(['one', 'two'])
    await look()
    const before = reads.length
    sightings.see(['two', 'one'])
    await look()
    expect(reads.length - before).toBe(1)
    sightings.see(['two'])
    await waitFor(() => reads.length - before === 2)
    expect(reads.at(-1)).toEqual([ada, bola])
  })

  it('is nothing new while it is quiet, and then everything', async () => {
    const { sightings, board, told, reads, look } = theSightings()
    await look()
    const before = reads.length
    sightings.quiet(true)
    board.here = { [ada]: 'away' }
    sightings.lookAt([ada])
    await look()
    expect([reads.length, told]).toEqual([before, ['ada active', 'bola offline']])
    sightings.quiet(false)
    await waitFor(() => told.length === 3)
    expect(told.at(-1)).toBe('ada away')
  })
})
