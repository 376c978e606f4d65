import {
  databaseSettings,
  eventLogSettings,
  fileSettings,
  integer,
  jwtSettings,
  listenSettings,
  loadConfig,
  mailSettings,
  metricsSettings,
  port,
  previewSettings,
  processSettings,
  publicUrl,
  redisSettings,
  searchSettings,
  type Config,
} from '@afrochat/config'
import { Type } from 'typebox'

/** All settings of the worker. */
export const workerSettings = Type.Object({
  ...processSettings,
  http: Type.Object(
    {
      port: port({ env: 'WORKER_PORT', doc: 'The port of the worker, for health and metrics only; 0 for a free one.', default: '8082' }),
      ...listenSettings,
      publicUrl,
    },
    { title: 'Server' },
  ),
  metrics: metricsSettings,
  database: databaseSettings,
  redis: redisSettings,
  eventLog: Type.Object(
    {
      ...eventLogSettings.properties,
      retentionDays: integer({
        env: 'LOG_RETENTION_DAYS',
        doc: 'How long events are kept in PostgreSQL for clients that resume. Messages themselves are not affected. Days.',
        default: '7',
        min: 1,
        max: 3650,
      }),
    },
    { title: 'Event log' },
  ),
  /** The secrets, of which the tokens of mailed invites are made. */
  jwt: Type.Object({ secrets: jwtSettings.properties.secrets }, { title: 'Sign-in' }),
  previews: previewSettings,
  files: fileSettings,
  mail: mailSettings,
  search: searchSettings,
})

/** The settings of the worker as they were at its start. */
export type WorkerConfig = Config<typeof workerSettings>

/** Reads them; throws one error that names all faults. */
export function loadWorkerConfig(): WorkerConfig {
  return loadConfig(workerSettings, { env: process.env, envFile: new URL('../../../.env', import.meta.url) })
}
