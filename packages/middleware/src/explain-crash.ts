import { inspect } from 'node:util'

/** What an error of Node.js and PostgreSQL may carry beside its words. */
interface Facts {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}

/** Codes of Node.js and PostgreSQL that tell an operator, not a programmer, what to do. */
const ADVICE: Readonly<Record<string, (error: Facts) => string>> = {
  EADDRINUSE: ({ port }) => `Port ${port} is taken by another program. Stop it, or set another port (PORT, WEBSOCKET_PORT or WORKER_PORT).`,
  EACCES: ({ port }) => `This user may not listen on port ${port}. Set one above 1023 (PORT, WEBSOCKET_PORT or WORKER_PORT).`,
  ECONNREFUSED: ({ address, port }) =>
    `Nothing answers at ${address === undefined ? 'the address of DATABASE_URL' : `${address}:${port}`}. Is PostgreSQL running, and is DATABASE_URL right?`,
  ENOTFOUND: ({ hostname }) => `There is no machine ${hostname}. Is DATABASE_URL right?`,
  '28P01': () => 'PostgreSQL refuses the password in DATABASE_URL.',
  '28000': () => 'PostgreSQL refuses the user in DATABASE_URL.',
  '3D000': () => 'The database in DATABASE_URL does not exist. Create it, then run `npm run migrate:up`.',
  '42P01': () => 'The database has not the tables of this version. Run `npm run migrate:up`.',
}

/** Why a service ends, in one sentence where its operator can do something about it, else with all that is known. */
export function explanationOf(error: unknown): string {
  if (!hasFacts(error)) return inspect(error)
  // All faults of the settings, by name; its stack would only hide them.
  if (error.name === 'ConfigError' && error.message !== undefined) return error.message
  const advice = error.code === undefined ? undefined : ADVICE[error.code]
  return advice ? advice(error) : inspect(error)
}

/** Called first by a service: whatever ends it says why on standard error, and the exit code is 1. */
export function explainCrash(): void {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${explanationOf(error)}\n`)
    process.exit(1)
  })
}

function hasFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null
}
