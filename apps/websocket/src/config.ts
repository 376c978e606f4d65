import {
  allowedOrigins,
  databaseSettings,
  eventLogSettings,
  flag,
  integer,
  jwtSettings,
  listenSettings,
  loadConfig,
  metricsSettings,
  port,
  processSettings,
  publicUrl,
  rateLimit,
  rateLimitSettings,
  redisSettings,
  type Config,
} from '@afrochat/config'
import { Type } from 'typebox'

/** All settings of the gateway. */
export const websocketSettings = Type.Object({
  ...processSettings,
  http: Type.Object(
    {
      port: port({ env: 'WEBSOCKET_PORT', doc: 'The port of the WebSocket gateway; 0 for a free one.', default: '8081' }),
      ...listenSettings,
      publicUrl,
      allowedOrigins,
    },
    { title: 'Server' },
  ),
  sockets: Type.Object(
    {
      maxPerUser: integer({
        env: 'WEBSOCKET_MAX_PER_USER',
        doc: 'Open sockets of one user on one gateway; the oldest is closed for a further one. 0 for no limit.',
        default: '10',
        min: 0,
        max: 100_000,
      }),
      maxPerAddress: integer({
        env: 'WEBSOCKET_MAX_PER_ADDRESS',
        doc: 'Open sockets from one address on one gateway; a further one is refused. 0 for no limit.',
        default: '100',
        min: 0,
        max: 1_000_000,
      }),
      heartbeatSeconds: integer({
        env: 'WEBSOCKET_HEARTBEAT_SECONDS',
        doc: 'A heartbeat is sent at least this often. Seconds.',
        default: '30',
        min: 1,
        max: 30,
      }),
      compresses: flag({
        env: 'WEBSOCKET_COMPRESSION',
        doc: 'Compress messages of 256 bytes and more for clients that offer it (permessage-deflate), once for all of them.',
        default: 'true',
      }),
      commands: rateLimit({
        env: 'RATE_LIMIT_COMMAND',
        doc: 'Frames that a client may send on one connection; above it the connection is closed.',
        default: '120/60',
      }),
      resumes: rateLimit({
        env: 'RATE_LIMIT_RESUME',
        doc: 'Of these, attempts to resume, which may read from the database.',
        default: '10/60',
      }),
    },
    { title: 'Sockets' },
  ),
  presence: Type.Object(
    {
      awaySeconds: integer({
        env: 'PRESENCE_AWAY_SECONDS',
        doc: 'Somebody of whom no device has heard for so long is away. Seconds.',
        default: '600',
        min: 1,
        max: 86_400,
      }),
      graceSeconds: integer({
        env: 'PRESENCE_GRACE_SECONDS',
        doc: 'Somebody whose last device went is offline after this, unless one comes back. Seconds.',
        default: '10',
        min: 0,
        max: 300,
      }),
      leaseSeconds: integer({
        env: 'PRESENCE_LEASE_SECONDS',
        doc: 'Those who were connected to a gateway that died are offline after this. The same for all gateways. Seconds.',
        default: '30',
        min: 3,
        max: 300,
      }),
    },
    { title: 'Presence' },
  ),
  shedding: Type.Object(
    {
      typingMs: integer({
        env: 'WEBSOCKET_SHED_TYPING_MS',
        doc: 'Where what comes in waits so long for its turn, a gateway drops who is typing. Milliseconds, for this and the next two.',
        default: '100',
        min: 1,
        max: 60_000,
      }),
      presenceMs: integer({
        env: 'WEBSOCKET_SHED_PRESENCE_MS',
        doc: 'Where it waits so long, it tells of nobody\'s presence either.',
        default: '250',
        min: 1,
        max: 60_000,
      }),
      connectionsMs: integer({
        env: 'WEBSOCKET_SHED_CONNECTIONS_MS',
        doc: 'Where it waits so long, it refuses further connections with 503, too, and says that it is not ready.',
        default: '1000',
        min: 1,
        max: 60_000,
      }),
    },
    { title: 'Overload' },
  ),
  metrics: metricsSettings,
  database: databaseSettings,
  redis: redisSettings,
  eventLog: eventLogSettings,
  jwt: jwtSettings,
  rateLimits: rateLimitSettings,
})

/** The settings of the gateway as they were at its start. */
export type WebsocketConfig = Config<typeof websocketSettings>

/** Reads them; throws one error that names all faults. */
export function loadWebsocketConfig(): WebsocketConfig {
  return loadConfig(websocketSettings, { env: process.env, envFile: new URL('../../../.env', import.meta.url) })
}
