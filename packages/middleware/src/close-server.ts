import type { FastifyInstance } from 'fastify'

const SWEEP_MS = 50

/**
 * Stops listening, answers what is under way, and ends. Connections that fall idle after that are closed at once: their
 * keep-alive would hold the process for more than a minute, and their next request would not be taken anyway.
 */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
  }
}
