import { createChat, createChatWork, type Chat } from '@afrochat/chat'
import { jobCatalogue } from '@afrochat/contracts'
import { connectDatabase, createPool, createTransact, type Db } from '@afrochat/database'
import { createAppender, startLogConsumer, startLogKeeper } from '@afrochat/event-log'
import type { Logger } from '@afrochat/logger'
import type { Registry } from '@afrochat/middleware'
import { createVisitor } from '@afrochat/outgoing'
import { createJobQueue, keyPrefix, startJobWorkers, type JobQueue, type JobWorkers } from '@afrochat/queue'
import { createPresenceReader, createRedis, type Redis } from '@afrochat/redis'
import { createInviteMails } from '@afrochat/workspace'
import type { WorkerConfig } from './config.ts'
import { LINK_PREVIEW_EVENTS, LINK_PREVIEWS, toPreviewJobs } from './consumers/link-previews.ts'
import { createHandlers } from './jobs/handlers.ts'
import { registerJobMetrics, registerLogMetrics } from './metrics.ts'
import { offerDue } from './rounds/offer-due.ts'
import { offerInviteMails } from './rounds/offer-invite-mails.ts'
import { offerPurges } from './rounds/offer-purges.ts'
import { startRounds } from './rounds/rounds.ts'
import { sweeps } from './rounds/sweeps.ts'
import { startMail } from './start-mail.ts'

/** Everything that the worker does, and what has to be ended when it stops. */
export interface RunningWorker {
  readonly db: Db
  readonly redis: Redis
  readonly queue: JobQueue
  readonly jobs: JobWorkers
  /** Ends what was begun, in the reverse order, and waits for what is under way. */
  stop(): Promise<void>
}

export interface WorkerParts {
  readonly logger: Logger
  readonly registry: Registry
  /** `host:port`s of web servers on this machine, for tests. No setting leads here. */
  readonly trustedHosts?: readonly string[]
}

/** Who writes in people's place writes little, and one after the other. */
const POSTING_CONNECTIONS = 1
/** Pages are told what asks them, as is good manners, and nothing of who. */
const USER_AGENT = 'AfroChat link preview'

/**
 * Keeps the log, reacts to it, does what is planned, and cleans up. Any number of workers may run; PostgreSQL and Redis
 * may be away, at the start too: everything is tried again for as long as it runs.
 */
export function startWorker(config: WorkerConfig, { logger, registry, trustedHosts = [] }: WorkerParts): RunningWorker {
  const { shards, tailEvents: tailLength, retentionDays } = config.eventLog
  const { enabled: previews } = config.previews
  const onError = (err: Error) => logger.warn({ err }, 'A connection broke; it is made anew')
  const db = connectDatabase({ ...config.database, applicationName: 'afrochat-worker', onError })
  const redis = createRedis({ url: config.redis.url, name: 'afrochat-worker', onError })
  const keeper = startLogKeeper({ db, redis, logger, shards, tailLength, retentionDays })
  const appender = createAppender({ db, redis, logger, tailLength })
  const { publish } = appender
  const transact = createTransact({ db, shards, publish })

  const posts = startPosts(config, { db, redis, transact, publish, onError })
  const work = createChatWork({
    db, transact, chat: posts.chat, pages: createVisitor({ userAgent: USER_AGENT, trustedHosts }), publicUrl: config.http.publicUrl,
  })
  const mailer = startMail(config, { logger, registry })
  const invites = mailer && createInviteMails({ db, transact, mailer, secrets: config.jwt.secrets, publicUrl: config.http.publicUrl })
  const queue = createJobQueue({ url: config.redis.url, name: 'afrochat-worker-queue', logger })
  registerLogMetrics(registry, db, shards)
  const onOutcome = registerJobMetrics(registry, queue)
  const jobs = startJobWorkers({
    url: config.redis.url, name: 'afrochat-worker-jobs', logger, onOutcome, handlers: createHandlers({ work, previews, invites }),
    leave: invites ? [] : ['mail'],
  })
  const offers = [offerDue({ work, queue }), offerPurges({ work, queue }), ...(invites ? [offerInviteMails({ invites, queue })] : [])]
  const rounds = startRounds([...offers, ...sweeps({ db, transact, work })], logger)
  const consumer = previews
    ? startLogConsumer({
      db, logger, shards, name: LINK_PREVIEWS, types: LINK_PREVIEW_EVENTS,
      queue: { redis, beside: keyPrefix(jobCatalogue.fetchPreviews.queue) }, hand: (events) => queue.enqueue(toPreviewJobs(events)),
    })
    : undefined

  return {
    db, redis, queue, jobs,
    async stop() {
      await Promise.all([consumer?.stop(), rounds.stop()])
      await jobs.stop()
      mailer?.close()
      await queue.close()
      await Promise.all([appender.stop(), keeper.stop()])
      redis.disconnect()
      await Promise.all([db.destroy(), posts.close()])
    },
  }
}

interface PostParts extends Pick<Parameters<typeof createChat>[0], 'db' | 'transact' | 'publish'> {
  readonly redis: Redis
  readonly onError: (error: Error) => void
}

/** What is needed to send a message as somebody would. */
function startPosts(config: WorkerConfig, { redis, onError, ...deps }: PostParts): { chat: Chat; close(): Promise<void> } {
  const connection = { ...config.database, poolSize: POSTING_CONNECTIONS, onError }
  const posting = createPool({ ...connection, applicationName: 'afrochat-worker-posting' })
  const waiting = createPool({ ...connection, applicationName: 'afrochat-worker-waiting' })
  const presence = { activeAmong: createPresenceReader({ redis, onError }).activeAmong }
  const chat = createChat({ ...deps, posting, waiting, shards: config.eventLog.shards, presence, publicUrl: config.http.publicUrl })
  return { chat, close: async () => void (await Promise.all([posting.end(), waiting.end()])) }
}
