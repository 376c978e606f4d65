// Loaded before an api of its own: while SIGUSR2 has switched it on, what the process asks PostgreSQL is written to a file.
import { appendFileSync } from 'node:fs'
import pg from 'pg'

/** One statement as it went to PostgreSQL. */
export interface Captured {
  readonly text: string
  readonly values: readonly unknown[]
}

const file = process.env['CAPTURE_FILE']
if (file !== undefined) capture(file)

function capture(path: string): void {
  let isOn = false
  process.on('SIGUSR2', () => (isOn = !isOn))
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...given: Parameters<typeof query>) {
    if (isOn) appendFileSync(path, `${JSON.stringify(toCaptured(given))}\n`)
    return query.apply(this, given)
  } as typeof query // It has an overload for each way to call it; what comes in goes on as it is.
}

function toCaptured([first, second]: readonly unknown[]): Captured {
  const { text, values } = typeof first === 'string' ? { text: first, values: second } : (first as { text: string; values?: unknown })
  return { text, values: Array.isArray(values) ? values : [] }
}
