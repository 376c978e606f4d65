/** So long may take what a test does not try to lose: a machine that stands still for two seconds has lost nothing by that. */
export const PATIENCE_MS = 60_000

/** The same as a setting of every service of a test. */
export const PATIENT: Readonly<Record<string, string>> = { DATABASE_CONNECTION_TIMEOUT_MS: String(PATIENCE_MS) }
