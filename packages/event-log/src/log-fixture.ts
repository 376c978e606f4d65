import { sql } from 'kysely'
import { channelStream } from '@afrochat/contracts'
import { connectDatabase, createHead, createTransact, lockHeads, nextSeq, type Db, type PlacedEvent, type Transact } from '@afrochat/database'
import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import { createTestDatabase, PATIENCE_MS, testRedisUrl } from '@afrochat/test-support'
import { createRedis, type RedisFactory } from '@afrochat/redis'
import { nobody, workspaceId } from './log-fixture-ids.ts'

/** A log on a database of its own, with channels to write to. For the tests of this package. */
export interface LogFixture {
  readonly url: string
  readonly db: Db
  readonly redisFactory: RedisFactory
  readonly channels: readonly ChannelId[]
  /** What `transact` published, in the order of the calls. */
  readonly published: PlacedEvent[]
  /** Stores a `member_left` in a channel: the smallest event that takes a seq. */
  write(channel?: ChannelId): Promise<void>
  close(): Promise<void>
}

export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

export async function aLog({ channels: count = 3, redisUrl = testRedisUrl() } = {}): Promise<LogFixture> {
  const { url, drop } = await createTestDatabase()
  const db = connectDatabase({ url, poolSize: 8, applicationName: 'log-test', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined })
  const published: PlacedEvent[] = []
  const transact = createTransact({ db, shards: 1, publish: (events) => void published.push(...events) })
  const first = newId<ChannelId>()
  const channels = [first, ...Array.from({ length: count - 1 }, () => newId<ChannelId>())]
  await transact(nobody, async ({ tx }) => {
    for (const channel of channels) await createHead(tx, channel)
  })
  return {
    url, db, channels, published,
    redisFactory: (options) => createRedis({ url: redisUrl, silenceMs: PATIENCE_MS, ...options }),
    write: (channel = first) => writeOne(transact, channel),
    async close() {
      await db.destroy()
      await drop()
    },
  }
}

export function writeOne(transact: Transact, channel: ChannelId, user = newId<UserId>()): Promise<void> {
  return transact(nobody, async ({ tx, emit }) => {
    await lockHeads(tx, [channel])
    const seq = await nextSeq(tx, channel)
    emit({
      type: 'member_left', stream: channelStream(channel), workspaceId, seq,
      payload: { channel_id: channel, user_id: user, removed_by: null },
    })
  })
}

/** Positions without a hole and in order, every stream's seqs 1, 2, 3 … in order of positions. What is wrong, or undefined. */
export function findDisorder(events: readonly Pick<PlacedEvent, 'pos' | 'stream_key' | 'seq'>[]): string | undefined {
  const seqs = new Map<string, number>()
  for (const [index, { pos, stream_key, seq }] of events.entries()) {
    if (pos !== index + 1) return `position ${pos} stands where ${index + 1} should`
    if (seq === null) continue
    if (seq !== (seqs.get(stream_key) ?? 0) + 1) return `${stream_key} has ${seq} behind ${seqs.get(stream_key) ?? 0}`
    seqs.set(stream_key, seq)
  }
  return undefined
}

/** One statement, one snapshot: all that anybody can see of the log at this moment. */
export async function snapshot(db: Db): Promise<Pick<PlacedEvent, 'pos' | 'stream_key' | 'seq'>[]> {
  const { rows } = await sql<Pick<PlacedEvent, 'pos' | 'stream_key' | 'seq'>>`select pos, stream_key, seq from events order by pos`.execute(db)
  return rows
}
