// Appends to the stream in Redis what the load generator orders, as the api does after each commit.
// Arguments: URL of the Redis, epoch, position of the last event, channels.
import { createRedis } from '@afrochat/redis'
import type { PlacedEvent } from '@afrochat/database'
import { append } from '../../../../packages/event-log/src/append.ts'
import { channelsOf, largeChannel, quietChannel, sayingEvent } from './city.ts'
import { announce, takeOrders } from './orders.ts'

const [redisUrl = '', epoch = '', last = '0', channelCount = '1'] = process.argv.slice(2)
/** As many as a call of the appender takes. */
const BATCH = 100
/**
 * A reader that hears nothing for a second asks PostgreSQL, which knows nothing of these events; so it hears something, of a
 * channel that nobody is in.
 */
const SIGN_OF_LIFE_MS = 250
const TAIL = 100_000

const channels = channelsOf(Number(channelCount))
const redis = createRedis({ url: redisUrl, name: 'load-log-writer', onError: (error) => console.error(error.message) })
await new Promise((resolve) => redis.once('ready', resolve))
const tail = { redis, epoch, shard: 0, length: TAIL }

let pos = Number(last)
let quietSeq = 0
let events: PlacedEvent[] = []

function flush(): void {
  for (let from = 0; from < events.length; from += BATCH) void write(events.slice(from, from + BATCH))
  events = []
}

async function write(batch: PlacedEvent[]): Promise<void> {
  const { status } = await append(tail, batch, batch[0]?.pos === Number(last) + 1 ? 'anew' : 'next')
  if (status !== 'ok') throw new Error(`The stream has a ${status}`)
}

const orderPort = await takeOrders(channels.length, (channel, message) => {
  pos += 1
  events.push(sayingEvent({ channelId: channels[channel] ?? largeChannel, pos, ...message }))
}, flush)

setInterval(() => {
  pos += 1
  quietSeq += 1
  events.push(sayingEvent({ channelId: quietChannel, pos, number: quietSeq, at: 0 }))
  flush()
}, SIGN_OF_LIFE_MS)
process.on('message', () => process.send?.({ pos }))
announce({ port: 0, orderPort })
