import type { FastifyBaseLogger } from 'fastify'

/** An orchestrator kills what has not stopped after thirty seconds; this is before that, so that it is in the logs. */
const PATIENCE_MS = 25_000

/**
 * Stops the process in order at SIGTERM or SIGINT: `stop` ends what was begun, in the reverse order, and waits for what
 * is under way. A second signal, or a stop that takes too long, ends the process at once: nothing acknowledged is lost,
 * for all of that is in PostgreSQL.
 */
export function stopOnSignal(logger: FastifyBaseLogger, stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    logger.info({ signal }, 'Stopping')
    setTimeout(() => {
      logger.error({ patienceMs: PATIENCE_MS }, 'Did not stop in time; ending')
      process.exit(1)
    }, PATIENCE_MS).unref()
    stop().then(
      () => {
        logger.info('Stopped')
        process.exit(0)
      },
      (error: unknown) => {
        logger.error({ err: error }, 'Stopping failed; ending')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
