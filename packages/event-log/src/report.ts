/** The part of a pino logger that the log writes to. */
export interface Logger {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Says once that something began to fail and once that it works again: an outage is two lines, not two thousand. */
export interface Report {
  failed(what: string, error: unknown): void
  works(what: string): void
}

export function createReport(logger: Logger): Report {
  const failing = new Set<string>()
  return {
    failed(what, error) {
      if (failing.has(what)) return
      failing.add(what)
      logger.warn({ err: error, what }, `Event log: ${what} fails; going on without it`)
    },
    works(what) {
      if (failing.delete(what)) logger.info({ what }, `Event log: ${what} works again`)
    },
  }
}
