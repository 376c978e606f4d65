/** A setting of every service of a test: a machine that stands still for two seconds has lost no database. */
export const PATIENT: Readonly<Record<string, string>> = { DATABASE_CONNECTION_TIMEOUT_MS: '60000' }
