import type { FastifyInstance } from 'fastify'

const SWEEP_MS = 50

/**
 * Stops listening, answers what is under way, and ends. Connections that fall idle meanwhile are closed at once: their
 * keep-alive would hold the process for a minute more, and their next request would meet a closed door.
 */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
  }
}
