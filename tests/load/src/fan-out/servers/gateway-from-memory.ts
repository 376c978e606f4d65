// The gateway with all that it does for a connection and an event, but without PostgreSQL and Redis: what it may ask them it
// is told from here, and the log comes from the load generator's orders. Arguments: channels, compression.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PlacedEvent } from '@afrochat/database'
import { createLogger } from '@afrochat/logger'
import { createRegistry } from '@afrochat/middleware'
import { createAcceptor } from '@afrochat/websocket'
import { createAdmission } from '../../../../../apps/websocket/src/admission.ts'
import { Gateway } from '../../../../../apps/websocket/src/gateway.ts'
import { createGatewayMetrics } from '../../../../../apps/websocket/src/metrics.ts'
import { channelsOf, largeChannel, person, PEOPLE, sayingEvent, session, smallChannel, SMALL_CHANNELS, workspaceId } from '../city.ts'
import { announce, takeOrders } from '../orders.ts'

const channels = channelsOf(Number(process.argv[2]))
const logger = createLogger({ service: 'websocket', level: 'warn' })
const from = { epoch: 'memory', shard: 0, pos: 0 }
const numbers = new Map(Array.from({ length: PEOPLE }, (_, number) => [person(number), number]))

const unused = () => Promise.reject(new Error('Nobody asks for this here'))
const gateway = new Gateway({
  auth: { authenticate: unused, areSessionsLive: async (ids) => new Set(ids), listAwayByChoice: async () => new Set(), rightfulSights: unused },
  isFresh: () => true,
  records: {
    readSubscriptions: async (userId) => ({
      positions: [from],
      channels: [largeChannel, smallChannel((numbers.get(userId) ?? 0) % SMALL_CHANNELS)].map((channelId) => ({ channelId, workspaceId })),
      workspaces: [{ workspaceId, role: 'member' }],
    }),
    listPlaces: unused, readEvents: unused, readLogPosition: unused,
  },
  presence: {
    board: { read: async () => ({ here: new Map(), isComplete: true }) },
    openShare: () => ({ say: () => undefined, renew: async () => [], pause: () => undefined, stop: () => undefined }),
    settings: { awaySeconds: 600, graceSeconds: 10, leaseSeconds: 30 },
  },
  // Nobody is turned away here: it is to be seen what becomes of those who are let in.
  shedding: { typing: 60_000, presence: 60_000, connections: 60_000 },
  checkMayPost: unused,
  joinSignals: () => ({ publish: () => undefined, stop: async () => undefined }),
  beginnings: [{ from, earlier: [] }],
  sendMessage: unused, markChannelRead: unused, countPost: null,
  settings: { heartbeatSeconds: 30, maxPerUser: 10, commands: null, resumes: null },
  metrics: createGatewayMetrics(createRegistry('websocket')),
  logger,
})
gateway.start()

const http = createServer()
http.on('upgrade', createAdmission({
  rules: { path: '/ws', allowedOrigins: [] },
  acceptor: createAcceptor({ maxFrameBytes: 64 * 1024, compresses: process.argv[3] === 'deflate' }),
  // The token is the person's number.
  authenticate: (token) => ({ userId: person(Number(token)), sessionId: session(Number(token)) as never, expiresAtMs: Infinity }),
  addressOf: () => '127.0.0.1', maxPerAddress: 0, isDraining: () => false, turnsAway: () => false, logger,
  welcome: (connection, facts) => gateway.welcome(connection, facts),
  onRefused: (status) => logger.warn({ status }, 'refused'),
}))
http.listen(0, '127.0.0.1')
await once(http, 'listening')

let pos = 0
/** Of one read of the orders: as the reader of the log brings what one of its reads brought. */
let events: PlacedEvent[] = []
const orderPort = await takeOrders(channels.length, (channel, message) => {
  pos += 1
  events.push(sayingEvent({ channelId: channels[channel] ?? largeChannel, pos, ...message }))
}, () => {
  void gateway.receive(0, events)
  events = []
})
announce({ port: (http.address() as AddressInfo).port, orderPort })
