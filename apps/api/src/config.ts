import {
  allowedOrigins,
  databaseSettings,
  eventLogSettings,
  fileSettings,
  flag,
  integer,
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
  rateLimits: rateLimitSettings,
  files: fileSettings,
  mail: mailSettings,
  search: searchSettings,
})

/** The settings of the HTTP service as they were at its start. */
export type ApiConfig = Config<typeof apiSettings>

/** Reads them; throws one error that names all faults. */
export function loadApiConfig(): ApiConfig {
  return loadConfig(apiSettings, { env: process.env, envFile: new URL('../../../.env', import.meta.url) })
}
