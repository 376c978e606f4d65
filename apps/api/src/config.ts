import {
  allowedOrigins,
  databaseSettings,
  eventLogSettings,
  fileSettings,
  flag,
  integer,
  inviteMailLimits,
  jwtSettings,
  listenSettings,
  loadConfig,
  mailSettings,
  metricsSettings,
  port,
  processSettings,
  publicUrl,
  rateLimitSettings,
  redisSettings,
  searchSettings,
  type Config,
} from '@afrochat/config'
import { Type } from 'typebox'

/** All settings of the HTTP service. */
export const apiSettings = Type.Object({
  ...processSettings,
  http: Type.Object(
    {
      port: port({ env: 'PORT', doc: 'The port of the HTTP API; 0 for a free one.', default: '8080' }),
      ...listenSettings,
      publicUrl,
      allowedOrigins,
      maxBodyBytes: integer({ env: 'MAX_BODY_BYTES', doc: 'The largest request body, uploads apart. Bytes.', default: '1048576', min: 16_384, max: 67_108_864 }),
      docs: flag({ env: 'DOCS_ENABLED', doc: 'Whether /docs and /openapi.json are served.', default: 'true' }),
    },
    { title: 'Server' },
  ),
  metrics: metricsSettings,
  database: databaseSettings,
  redis: redisSettings,
  eventLog: eventLogSettings,
  jwt: jwtSettings,
  rateLimits: Type.Object({ ...rateLimitSettings.properties, ...inviteMailLimits }, { title: 'Rate limits' }),
  files: fileSettings,
  /** Whether there is a mail server. What it takes to talk to it is for the worker alone. */
  mail: Type.Object({ host: mailSettings.properties.host }, { title: 'Mail' }),
  search: searchSettings,
})

/** The settings of the HTTP service as they were at its start. */
export type ApiConfig = Config<typeof apiSettings>

/** Reads them; throws one error that names all faults. */
export function loadApiConfig(): ApiConfig {
  return loadConfig(apiSettings, { env: process.env, envFile: new URL('../../../.env', import.meta.url) })
}
