/** The part of a pino logger that this package writes to. */
export interface Logger {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Says once that Redis is away and once that it is back, of however many connections: an outage is two lines. */
export interface OutageReport {
  failed(error: unknown): void
  works(): void
}

export function createOutageReport(logger: Logger): OutageReport {
  let isAway = false
  return {
    failed(error) {
      if (!isAway) logger.warn({ err: error }, 'Queue: Redis is away; jobs wait until it is back')
      isAway = true
    },
    works() {
      if (isAway) logger.info({}, 'Queue: Redis is back')
      isAway = false
    },
  }
}
