import { createAuth, type Auth, type PasswordCost } from '@afrochat/auth'
import { conversation, createChat, type Chat } from '@afrochat/chat'
import { connectDatabase, createPool, createTransact, readLogPosition, type Db } from '@afrochat/database'
import { createAppender, startLogReader, type LogReader } from '@afrochat/event-log'
import { createImageEncoder } from '@afrochat/image-encoder'
import type { Logger } from '@afrochat/logger'
import { createPresenceReader, createRedis, type Redis } from '@afrochat/redis'
import { createImages, createMemberships, createWorkspace, type Images, type WorkspaceDomain } from '@afrochat/workspace'
import type { ApiConfig } from './config.ts'
import { createInviteMailGuard } from './rate-limits/invite-mail-guard.ts'
import { createLoginGuard } from './rate-limits/login-guard.ts'

/** What the routes work with, and what has to be closed when they are done. */
export interface Services {
  readonly db: Db
  readonly redis: Redis
  readonly sessionLog: LogReader
  readonly auth: Auth
  readonly workspace: WorkspaceDomain
  readonly chat: Chat
  readonly images: Images
  close(): Promise<void>
}

/** Sessions are events of accounts, which are all in this shard. */
const ACCOUNT_SHARD = 0
/** Batches of different shards are committed side by side; more connections than this gain nothing. */
const MAX_POSTING_CONNECTIONS = 8
const WAITING_CONNECTIONS = 2

export interface ServiceOptions {
  /** For tests, which guard nobody's password and hash many. */
  readonly passwordCost?: PasswordCost
  /** For tests, which count on Redis: a machine that stands still for two seconds has lost none. */
  readonly redisSilenceMs?: number
}

/** Connects to PostgreSQL and Redis and builds the domains on them. Redis may be away: it is tried again for ever. */
export async function openServices(config: ApiConfig, logger: Logger, { redisSilenceMs, ...options }: ServiceOptions = {}): Promise<Services> {
  const { shards } = config.eventLog
  const onError = (err: Error) => logger.warn({ err }, 'a connection broke; it is made anew')
  const redisFactory = (facts: Omit<Parameters<typeof createRedis>[0], 'url'>) => createRedis({ url: config.redis.url, ...facts })

  const connection = { ...config.database, onError }
  const db = connectDatabase({ ...connection, applicationName: 'afrochat-api' })
  const posting = createPool({ ...connection, poolSize: Math.min(shards, MAX_POSTING_CONNECTIONS), applicationName: 'afrochat-api-posting' })
  const waiting = createPool({ ...connection, poolSize: WAITING_CONNECTIONS, applicationName: 'afrochat-api-waiting' })
  const redis = redisFactory({ name: 'afrochat-api', onError, ...(redisSilenceMs !== undefined && { silenceMs: redisSilenceMs }) })
  const appender = createAppender({ db, redis, logger, tailLength: config.eventLog.tailEvents })
  const publish = appender.publish
  const transact = createTransact({ db, shards, publish })

  const auth: Auth = createAuth({
    db, transact,
    loginGuard: createLoginGuard(redis, config.rateLimits.loginFail),
    log: { isFresh: () => sessionLog.isFresh() },
    memberships: createMemberships(conversation),
    tokens: { secrets: config.jwt.secrets, issuer: config.jwt.issuer, lifeSeconds: config.jwt.accessTokenHours * 3600 },
    refreshDays: config.jwt.refreshTokenDays,
    ...options,
  })
  const sessionLog = startLogReader({
    db, redis: redisFactory, shard: ACCOUNT_SHARD, logger,
    from: await readLogPosition(db, ACCOUNT_SHARD),
    onEvents: auth.hear,
    onEpoch: auth.forgetSessions,
  })
  const workspace = createWorkspace({
    db, transact, shards, publicUrl: config.http.publicUrl, conversation,
    ...(config.mail.host !== null && { mailing: { secrets: config.jwt.secrets, guard: createInviteMailGuard(redis, config.rateLimits) } }),
  })
  const presence = { activeAmong: createPresenceReader({ redis, onError }).activeAmong }
  const chat = createChat({ db, transact, posting, waiting, shards, publish, presence, publicUrl: config.http.publicUrl })
  const encoder = createImageEncoder()
  const images = createImages({ db, transact, publicUrl: config.http.publicUrl, encoder })

  return {
    db, redis, sessionLog, auth, workspace, chat, images,
    async close() {
      encoder.close()
      await sessionLog.stop()
      await appender.stop()
      redis.disconnect()
      await Promise.all([db.destroy(), posting.end(), waiting.end()])
    },
  }
}
