import { createAuth, type Auth, type LoginGuard } from '@afrochat/auth'
import { conversation, createChat, type Chat } from '@afrochat/chat'
import { connectDatabase, createPool, createTransact, readLogPosition, type Db } from '@afrochat/database'
import { createAppender, readEvents } from '@afrochat/event-log'
import { DomainError } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import { createRateLimiter } from '@afrochat/middleware'
import { createPresenceReader, createRedis, type PresenceReader, type Redis, type RedisFactory } from '@afrochat/redis'
import { createMemberships, createWorkspace, type WorkspaceDomain } from '@afrochat/workspace'
import type { WebsocketConfig } from './config.ts'
import { RING_EVENTS, type GatewayDeps } from './gateway.ts'

/** What the gateway works with, and what has to be closed when it is done. */
export interface Services {
  readonly db: Db
  readonly redis: Redis
  readonly redisFactory: RedisFactory
  readonly auth: Auth
  readonly workspace: WorkspaceDomain
  readonly chat: Chat
  readonly presenceBoard: PresenceReader
  readonly countPost: GatewayDeps['countPost']
  readonly beginnings: GatewayDeps['beginnings']
  close(): Promise<void>
}

const MAX_POSTING_CONNECTIONS = 8
const WAITING_CONNECTIONS = 2
const PAGE = 1_000
/** Of a lease: by then every gateway has renewed its own, and noticed if Redis had lost it. */
const SETTLED_AFTER = 3
/** With many shards, each begins with fewer events in memory. */
const MIN_EARLIER = 200

/** Nobody signs in at the gateway. */
const NO_SIGN_IN: LoginGuard = {
  admit: () => Promise.reject(new DomainError('forbidden', 'not_allowed', 'Sign in at the API')),
  forgive: () => Promise.resolve(),
}

/** Connects to PostgreSQL and Redis and builds the domains on them. `isFresh`: whether the gateway follows the log at this moment. */
export async function openServices(config: WebsocketConfig, logger: Logger, isFresh: () => boolean): Promise<Services> {
  const { shards } = config.eventLog
  const onError = (err: Error) => logger.warn({ err }, 'a connection broke; it is made anew')
  const redisFactory: RedisFactory = (options) => createRedis({ url: config.redis.url, ...options })

  const connection = { ...config.database, onError }
  const db = connectDatabase({ ...connection, applicationName: 'afrochat-websocket' })
  const posting = createPool({ ...connection, poolSize: Math.min(shards, MAX_POSTING_CONNECTIONS), applicationName: 'afrochat-websocket-posting' })
  const waiting = createPool({ ...connection, poolSize: WAITING_CONNECTIONS, applicationName: 'afrochat-websocket-waiting' })
  const redis = redisFactory({ name: 'afrochat-websocket', onError })
  const appender = createAppender({ db, redis, logger, tailLength: config.eventLog.tailEvents })
  const publish = appender.publish
  const transact = createTransact({ db, shards, publish })
  const presenceBoard = createPresenceReader({ redis, onError, settleMs: (config.presence.leaseSeconds * 1_000) / SETTLED_AFTER })
  const limit = config.rateLimits.post
  // The counter that the API's route counts in as well.
  const posts = limit === null ? null : createRateLimiter({ name: 'POST', limit, redis, withoutRedis: 'in-process' })

  return {
    db, redis, redisFactory,
    auth: createAuth({
      db, transact, loginGuard: NO_SIGN_IN, log: { isFresh }, memberships: createMemberships(conversation),
      tokens: { secrets: config.jwt.secrets, issuer: config.jwt.issuer, lifeSeconds: config.jwt.accessTokenHours * 3600 },
      refreshDays: config.jwt.refreshTokenDays,
    }),
    workspace: createWorkspace({ db, transact, shards, publicUrl: '', conversation }),
    chat: createChat({ db, transact, posting, waiting, shards, publish, publicUrl: config.http.publicUrl, presence: presenceBoard }),
    presenceBoard,
    countPost: posts === null ? null : (userId) => posts.consume(userId),
    beginnings: await Promise.all(Array.from({ length: shards }, (_, shard) => beginningOf(db, shard, shards))),
    async close() {
      await appender.stop()
      redis.disconnect()
      await Promise.all([db.destroy(), posting.end(), waiting.end()])
    },
  }
}

/** After a restart everybody comes back at once with a cursor of a moment ago: what they missed is read once for all of them. */
async function beginningOf(db: Db, shard: number, shards: number): Promise<GatewayDeps['beginnings'][number]> {
  const from = await readLogPosition(db, shard)
  const wanted = Math.max(MIN_EARLIER, Math.floor(RING_EVENTS / shards))
  const earlier = []
  for (let after = Math.max(0, from.pos - wanted); after < from.pos;) {
    const page = await readEvents(db, { shard, after, upTo: from.pos, limit: PAGE })
    earlier.push(...page)
    after = page.at(-1)?.pos ?? from.pos
  }
  return { from, earlier }
}
