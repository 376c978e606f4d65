import type { PlacedEvent } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { tailKey, toEntry } from './stream-entry.ts'

/**
 * Appends events to a shard's tail so that it never has a hole, whoever appends and however late.
 *
 * KEYS[1] the stream. ARGV[1] length to keep, about. ARGV[2] how the first event may join: 'next' only behind the last
 * one, 'anew' also as the start of a stream that is empty or ends further back (it is then begun again).
 * ARGV[3…] position, header, payload of each event, positions ascending without a hole.
 * Returns { status, last position }: 'ok' | 'hole' (the events before the first one are missing) | 'empty'.
 * Positions that are there already are passed over.
 */
const APPEND = `
local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local last = 0
if top[1] then last = tonumber(string.match(top[1][1], '^%d+')) end
local first = tonumber(ARGV[3])
if first > last + 1 then
  if ARGV[2] ~= 'anew' then
    if last == 0 then return {'empty', 0} end
    return {'hole', last}
  end
  if last > 0 then redis.call('DEL', KEYS[1]) end
  last = first - 1
end
for i = 3, #ARGV, 3 do
  local pos = tonumber(ARGV[i])
  if pos == last + 1 then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], ARGV[i] .. '-0', 'h', ARGV[i + 1], 'd', ARGV[i + 2])
    last = pos
  end
end
return {'ok', last}
`

export interface AppendResult {
  readonly status: 'ok' | 'hole' | 'empty'
  /** The last position in the tail; 0 when it is empty. */
  readonly last: number
}

export interface Tail {
  readonly redis: Redis
  readonly epoch: string
  readonly shard: number
  /** How many events the tail keeps, about. */
  readonly length: number
}

/** `events`: of one shard, ascending and without a hole. `join`: see the script. Rejects when Redis is away. */
export async function append(tail: Tail, events: readonly PlacedEvent[], join: 'next' | 'anew' = 'next'): Promise<AppendResult> {
  const args: (string | number)[] = [tail.length, join]
  for (const event of events) args.push(event.pos, ...toEntry(event))
  const answer = await tail.redis.eval(APPEND, 1, tailKey(tail.epoch, tail.shard), ...args)
  // What the script returns, by its own comment.
  const [status, last] = answer as [AppendResult['status'], number]
  return { status, last }
}

/** The last position in the tail; 0 when it is empty or gone. */
export async function lastOfTail({ redis, epoch, shard }: Tail): Promise<number> {
  const [top] = await redis.xrevrange(tailKey(epoch, shard), '+', '-', 'COUNT', 1)
  return top === undefined ? 0 : Number.parseInt(top[0], 10)
}
