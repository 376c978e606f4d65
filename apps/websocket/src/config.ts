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
