import type { AddressInfo } from 'node:net'
import { MAX_CLIENT_FRAME_BYTES } from '@afrochat/contracts'
import { poolStateOf, readLogPosition } from '@afrochat/database'
import { readEvents, startLogReader, type LogReader } from '@afrochat/event-log'
import { newId } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import { closeServer, createRegistry, type Registry } from '@afrochat/middleware'
import { checkRedis, createPresenceShare } from '@afrochat/redis'
import { createAcceptor, type Acceptor } from '@afrochat/websocket'
import { createAdmission } from './admission.ts'
import { buildGatewayApp } from './app.ts'
import { createRedisSignals } from './broker/redis-signals.ts'
import { createClientAddress } from './client-address.ts'
import type { WebsocketConfig } from './config.ts'
import { Gateway, type GatewayDeps } from './gateway.ts'
import type { Records } from './hub/ports.ts'
import { createGatewayMetrics, observeGateway, type GatewayMetrics } from './metrics.ts'
import { openServices, type Services } from './services.ts'

/** A gateway that listens. */
export interface RunningGateway {
  readonly port: number
  readonly services: Services
  readonly gateway: Gateway
  readonly readers: readonly LogReader[]
  /** Takes no more connections, lets those that are there end in order, and closes what it opened. */
  stop(): Promise<void>
}

const PATH = '/ws'

/** Connects, follows the log, listens: all that the service is, so that server.ts and tests start the same thing. */
export async function startGateway(config: WebsocketConfig, logger: Logger): Promise<RunningGateway> {
  const registry = createRegistry('websocket')
  const metrics = createGatewayMetrics(registry)
  const readers: LogReader[] = []
  const isFresh = () => readers.length > 0 && readers.every((reader) => reader.isFresh())
  const services = await openServices(config, logger, isFresh)
  const gateway = composeGateway(config, { services, metrics, logger, isFresh })
  const acceptor = createAcceptor({ maxFrameBytes: MAX_CLIENT_FRAME_BYTES, compresses: config.sockets.compresses })
  readers.push(...followLog(services, { gateway, acceptor, logger }))
  observeGateway(registry, { gateway, metrics, readers, pool: () => poolStateOf(services.db) })
  gateway.start()

  let isDraining = false
  const app = await listen(config, { services, gateway, acceptor, metrics, registry, logger, isDraining: () => isDraining })
  return {
    port: (app.server.address() as AddressInfo).port, // It listens on TCP, and does so now.
    services, gateway, readers,
    async stop() {
      isDraining = true
      // Stops listening at once; ends when the last connection has.
      const closing = closeServer(app)
      await gateway.stop()
      await closing
      await Promise.all(readers.map((reader) => reader.stop()))
      await services.close()
    },
  }
}

interface Parts {
  readonly services: Services
  readonly metrics: GatewayMetrics
  readonly logger: Logger
}

function composeGateway({ sockets, presence, shedding }: WebsocketConfig, { services, metrics, logger, isFresh }: Parts & Pick<GatewayDeps, 'isFresh'>): Gateway {
  const { auth, workspace, chat, presenceBoard, countPost, beginnings, redis, redisFactory } = services
  const onError = (err: Error) => logger.warn({ err }, 'presence: Redis cannot be asked')
  return new Gateway({
    auth, countPost, beginnings, metrics, logger, isFresh,
    records: recordsOf(services),
    presence: {
      board: presenceBoard, settings: presence,
      openShare: (options) => createPresenceShare({ ...options, redis, gateway: newId(), onError }),
    },
    shedding: { typing: shedding.typingMs, presence: shedding.presenceMs, connections: shedding.connectionsMs },
    checkMayPost: (actor, place) => chat.checkMayPost(actor, place),
    sendMessage: (actor, input) => chat.sendMessage(actor, input),
    markChannelRead: (actor, input) => workspace.markChannelRead(actor, input),
    joinSignals: (listener) => createRedisSignals({ redis: redisFactory, listener, logger }),
    settings: {
      heartbeatSeconds: sockets.heartbeatSeconds,
      maxPerUser: sockets.maxPerUser,
      commands: sockets.commands,
      resumes: sockets.resumes,
    },
  })
}

function recordsOf({ db, workspace, beginnings }: Services): Records {
  const shards = beginnings.map(({ from }) => from.shard)
  return {
    readSubscriptions: (userId) => workspace.readSubscriptions(userId, shards),
    listPlaces: (userId) => workspace.listPlaces(userId),
    readEvents: (range) => readEvents(db, range),
    readLogPosition: (shard) => readLogPosition(db, shard),
  }
}

interface Following {
  readonly gateway: Gateway
  readonly acceptor: Acceptor
  readonly logger: Logger
}

/** Sessions are events too: what is revoked is refused from the moment in which this process hears of it. */
function followLog({ db, redisFactory, auth, beginnings }: Services, { gateway, acceptor, logger }: Following): LogReader[] {
  return beginnings.map(({ from }) => startLogReader({
    db, redis: redisFactory, shard: from.shard, from, logger,
    async onEvents(events) {
      auth.hear(events)
      await gateway.receive(from.shard, events)
      // What comes while sockets are written is read at once afterwards, instead of a little at a time in between.
      await acceptor.written()
    },
    onEpoch(position) {
      auth.forgetSessions()
      gateway.beginAnew(position)
    },
  }))
}

interface Serving extends Parts {
  readonly gateway: Gateway
  readonly acceptor: Acceptor
  readonly registry: Registry
  readonly isDraining: () => boolean
}

async function listen({ http, sockets, metrics: { allowedAddresses } }: WebsocketConfig, serving: Serving) {
  const { services: { db, redis, auth }, gateway, acceptor, metrics, registry, logger, isDraining } = serving
  const app = await buildGatewayApp({
    logger,
    trustedProxies: http.trustedProxies,
    operations: {
      health: {
        checks: { database: () => db.selectNoFrom((eb) => eb.lit(1).as('one')).execute(), redis: () => checkRedis(redis), load: () => notOverloaded(gateway) },
        needed: ['database', 'load'],
        isDraining,
      },
      metrics: { registry, allowedAddresses },
    },
  })
  app.server.on('upgrade', createAdmission({
    rules: { path: PATH, allowedOrigins: http.allowedOrigins },
    acceptor,
    authenticate: (token) => auth.authenticate(token),
    addressOf: createClientAddress(http.trustedProxies),
    maxPerAddress: sockets.maxPerAddress,
    isDraining, logger,
    turnsAway: () => gateway.turnsAway(),
    welcome: (connection, facts) => gateway.welcome(connection, facts),
    onRefused: (status) => metrics.refused(status),
  }))
  await app.listen({ host: http.host, port: http.port })
  return app
}

/** A gateway that turns connections away should not be sent any. */
async function notOverloaded({ load }: Gateway): Promise<void> {
  if (load.sheds('connections')) throw new Error('the event loop is late')
}
