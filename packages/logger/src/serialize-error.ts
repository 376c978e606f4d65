import { scrub } from './scrub.ts'

/** A cause of a cause of a cause says nothing more; a cycle ends here. */
const MAX_CAUSES = 5

/** What the log keeps of an error. */
export interface LoggedError {
  type: string
  message: string
  code?: string
  /** Of PostgreSQL: which rule was broken. Its `detail` is left out, since that quotes the row. */
  constraint?: string
  stack?: string
  cause?: LoggedError
  errors?: LoggedError[]
}

/** An error with its causes and no other property of it: some libraries attach the request, headers and all. */
export function serializeError(error: unknown): LoggedError {
  return serialize(error, 0)
}

function serialize(error: unknown, depth: number): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(describe(error)) }
  const logged: LoggedError = { type: error.constructor.name, message: scrub(error.message) }
  if ('code' in error && typeof error.code === 'string') logged.code = error.code
  if ('constraint' in error && typeof error.constraint === 'string') logged.constraint = error.constraint
  if (error.stack !== undefined) logged.stack = scrub(error.stack)
  if (depth < MAX_CAUSES && error.cause !== undefined) logged.cause = serialize(error.cause, depth + 1)
  if (depth < MAX_CAUSES && error instanceof AggregateError) {
    logged.errors = error.errors.slice(0, MAX_CAUSES).map((one: unknown) => serialize(one, depth + 1))
  }
  return logged
}

/** Something that was thrown without being an error. An object's contents stay out: nobody knows what is in it. */
function describe(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null ? `a thrown ${thrown.constructor.name}` : String(thrown)
}
