// A process of its own that stops at one step of a write, for the tests to kill it there:
// `node stalling-writer.ts <database url> <redis url> <channel id> <step>`. It says `here` when it has come to the step.
import { createTransact, connectDatabase, lockHeads, nextSeq, type PlacedEvent } from '@afrochat/database'
import { channelStream } from '@afrochat/contracts'
import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import { createRedis } from '@afrochat/redis'
import { createAppender } from './appender.ts'
import { nobody, workspaceId } from './log-fixture-ids.ts'

const [url = '', redisUrl = '', channelId = '', step = ''] = process.argv.slice(2)
// An id that the test has made.
const channel = channelId as ChannelId
const ignore = () => undefined

/** Never goes on, and keeps the process alive. */
async function stall(at: string): Promise<void> {
  if (at !== step) return
  process.stdout.write('here\n')
  await new Promise(() => setInterval(ignore, 1_000))
}

const db = connectDatabase({ url, poolSize: 2, applicationName: 'stalling-writer', connectionTimeoutMs: 60_000, onError: ignore })
const redis = createRedis({ url: redisUrl, name: 'stalling-writer', onError: ignore })
const appender = createAppender({ db, redis, logger: { info: ignore, warn: ignore, error: ignore } })
const committed: PlacedEvent[] = []
const transact = createTransact({ db, shards: 1, publish: (events) => void committed.push(...events) })

await new Promise((resolve) => redis.once('ready', resolve))
await transact(nobody, async ({ tx, emit }) => {
  await lockHeads(tx, [channel])
  await stall('after_heads')
  const seq = await nextSeq(tx, channel)
  emit({
    type: 'member_left', stream: channelStream(channel), workspaceId, seq,
    payload: { channel_id: channel, user_id: newId<UserId>(), removed_by: null },
  })
  await stall('before_commit')
})
await stall('after_commit')
appender.publish(committed)
await appender.stop()
await stall('after_append')
