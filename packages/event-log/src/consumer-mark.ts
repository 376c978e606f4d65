import type { Redis } from '@afrochat/redis'
import type { Place, Seat } from './consumer.repository.ts'

/**
 * Up to where the queue was given events, in the queue's own Redis: when that loses its memory, or comes back with an
 * older one, the mark is lost or falls back with the jobs, and says from where they are to be asked for again.
 */
export interface Memory {
  readonly redis: Redis
  /** What the keys of the queue begin with. In a cluster the mark must be lost with the jobs: their hash tag puts it on their node. */
  readonly beside: string
}

const keyOf = ({ beside }: Memory, { consumer, shard }: Seat): string => `${beside}:consumed:${consumer}:${shard}`

export async function writeMark(memory: Memory, seat: Seat, { epoch, pos }: Place): Promise<void> {
  await memory.redis.set(keyOf(memory, seat), `${epoch}:${pos}`)
}

export async function findMark(memory: Memory, seat: Seat): Promise<Place | undefined> {
  const [epoch, pos] = (await memory.redis.get(keyOf(memory, seat)))?.split(':') ?? []
  return epoch === undefined || !Number.isSafeInteger(Number(pos)) ? undefined : { epoch, pos: Number(pos) }
}
