import type { Redis } from '@afrochat/redis'
import type { Place, Seat } from './consumer.repository.ts'

/**
 * Up to where the queue was given events, in the queue's own Redis: when that loses its memory, or comes back with an
 * older one, the mark is lost or falls back with the jobs, and says from where they are to be asked for again.
 */
const keyOf = ({ consumer, shard }: Seat): string => `consumed:{${consumer}:${shard}}`

export async function writeMark(redis: Redis, seat: Seat, { epoch, pos }: Place): Promise<void> {
  await redis.set(keyOf(seat), `${epoch}:${pos}`)
}

export async function findMark(redis: Redis, seat: Seat): Promise<Place | undefined> {
  const [epoch, pos] = (await redis.get(keyOf(seat)))?.split(':') ?? []
  return epoch === undefined || !Number.isSafeInteger(Number(pos)) ? undefined : { epoch, pos: Number(pos) }
}
