/** The environment variables by which the test run's global set-up tells its workers where the services are. */
export const RUN = {
  /** PostgreSQL, as a role that may create databases. */
  database: 'AFROCHAT_TEST_DATABASE_URL',
  /** The migrated database that every test database is a copy of. */
  template: 'AFROCHAT_TEST_TEMPLATE',
  /** One Redis per worker, separated by spaces. */
  redis: 'AFROCHAT_TEST_REDIS_URLS',
} as const

/** One of these facts. Tests that need no service never ask. */
export function runFact(name: (typeof RUN)[keyof typeof RUN]): string {
  const value = process.env[name]
  if (!value) {
    throw new Error(
      'This test needs PostgreSQL and Redis, which only run for *.int.test.ts, *.routes.test.ts and *.e2e.test.ts: rename the file.',
    )
  }
  return value
}
