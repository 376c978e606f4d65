import { databaseSettings, eventLogSettings, loadConfig, processSettings, type Config } from '@afrochat/config'
import { Type } from 'typebox'

/** All settings of the command line. */
export const migrationSettings = Type.Object({
  ...processSettings,
  database: databaseSettings,
  eventLog: eventLogSettings,
})

/** The settings of the command line as they were at its start. */
export type MigrationConfig = Config<typeof migrationSettings>

/** Reads them; throws one error that names all faults. */
export function loadMigrationConfig(): MigrationConfig {
  return loadConfig(migrationSettings, { env: process.env, envFile: new URL('../../../.env', import.meta.url) })
}
