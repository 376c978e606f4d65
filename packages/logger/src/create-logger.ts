import { pino, stdTimeFunctions, type DestinationStream } from 'pino'
import { redact } from './redact.ts'
import { scrub } from './scrub.ts'
import { serializeError } from './serialize-error.ts'

/** From the most urgent to the most talkative; `silent` is for tests. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What an app and the adapters log with. Errors go under `err`: `logger.error({ err }, 'what failed')`. */
export type Logger = pino.Logger

/** Who logs, how much, and where to. */
export interface LoggerOptions {
  /** On every line, since the lines of all services end up in one place. */
  service: string
  level: LogLevel
  /** Default: standard output. */
  destination?: DestinationStream
}

/** A logger that writes one JSON object a line, without secrets. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: serializeError, error: serializeError },
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    hooks: { logMethod: scrubMessages },
  }
  return redactChildren(destination ? pino(options, destination) : pino(options))
}

/** Pino does not format the fields of child loggers. They inherit this method, so it holds for children's children. */
function redactChildren(logger: Logger): Logger {
  const makeChild = logger.child
  logger.child = function child(this: Logger, ...[fields, options]: Parameters<typeof makeChild>) {
    return Reflect.apply(makeChild, this, [redact(fields), options])
  } as typeof makeChild // It is generic in the custom levels, of which there are none.
  return logger
}

function scrubMessages(this: Logger, args: Parameters<pino.LogFn>, log: pino.LogFn): void {
  const scrubbed = withMessage(args).map((arg) => (typeof arg === 'string' ? scrub(arg) : arg))
  Reflect.apply(log, this, scrubbed)
}

/** Without a message pino would take the error's own, behind our back. */
function withMessage(args: unknown[]): unknown[] {
  const [fields, message] = args
  if (message !== undefined || typeof fields !== 'object' || fields === null) return args
  if (fields instanceof Error) return [{ err: fields }, fields.message]
  return 'err' in fields && fields.err instanceof Error ? [fields, fields.err.message] : args
}
