import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify'

/** What every line about a request carries. */
const ID_FIELD = 'request_id'

/**
 * One line a request, when it is over: at `info` for what was refused, at `error` for what failed on our side, and at
 * `debug` for what went well, which is nearly everything: an operator sees its rates and times in the metrics, and a line
 * for each message posted would cost as much as posting it.
 */
class OneLineARequest extends LogController {
  override incomingRequest(): void {
    // The line at the end says all that this one would.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const level = levelOf(error, reply.statusCode)
    if (!isEnabled(request.log, level)) return
    const facts = {
      method: request.method,
      // The pattern and not the address: ids are in the ids, and secrets (invites, hooks) never in the log.
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(error && { err: error }),
    }
    request.log[level](facts, 'request')
  }

  override routeNotFound(): void {
    // So does this.
  }
}

/** For Fastify's `logController`. */
export const requestLog = (): LogController => new OneLineARequest({ requestIdLogLabel: ID_FIELD })

/**
 * A logger of one request that is made when something is logged, which is seldom: making one costs more than validating
 * the request. For Fastify's `childLoggerFactory`.
 */
export function lazyChildLogger(parent: FastifyBaseLogger, bindings: object): FastifyBaseLogger {
  return new LazyLogger(parent, bindings)
}

class LazyLogger implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger
  readonly #bindings: object
  #made: FastifyBaseLogger | undefined

  constructor(parent: FastifyBaseLogger, bindings: object) {
    this.#parent = parent
    this.#bindings = bindings
  }

  get level(): string {
    return this.#parent.level
  }

  // Methods and not properties: Fastify looks at each of them for every request, and that must not make the logger.
  fatal(...args: unknown[]): void { this.#log('fatal', args) }
  error(...args: unknown[]): void { this.#log('error', args) }
  warn(...args: unknown[]): void { this.#log('warn', args) }
  info(...args: unknown[]): void { this.#log('info', args) }
  debug(...args: unknown[]): void { this.#log('debug', args) }
  trace(...args: unknown[]): void { this.#log('trace', args) }
  silent(...args: unknown[]): void { this.#log('silent', args) }

  child(...args: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#real().child(...args)
  }

  #log(level: LogMethod, args: unknown[]): void {
    const logger = this.#real()
    Reflect.apply(logger[level], logger, args)
  }

  #real(): FastifyBaseLogger {
    this.#made ??= this.#parent.child({ ...this.#bindings })
    return this.#made
  }
}

type LogMethod = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

const ORDER = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

function isEnabled(logger: FastifyBaseLogger, level: 'debug' | 'info' | 'error'): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(logger.level)
}

function levelOf(error: Error | null | undefined, status: number): 'debug' | 'info' | 'error' {
  if (error || status >= 500) return status === 503 ? 'info' : 'error'
  return status >= 400 ? 'info' : 'debug'
}
