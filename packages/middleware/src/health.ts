import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface HealthOptions {
  /** By name, as it stands in the answer: resolves when the thing can be used, rejects when it cannot. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>
  /** Without these the service can do nothing, and a load balancer should send no requests: names of checks. */
  readonly needed: readonly string[]
  /** Whether the process is about to stop. */
  readonly isDraining: () => boolean
}

/** A thing that takes longer to answer is as good as down. */
const CHECK_TIMEOUT_MS = 1_000
/** Anybody may ask; nobody makes us ask more often. */
const REMEMBERED_MS = 250

/**
 * `/health` says what is down, as the original's did. `/health/live`: the process runs its event loop; restart it if not.
 * `/health/ready`: send requests here. Losing Redis makes a service unhealthy, not unready: it goes on without.
 */
export const health = fp<HealthOptions>(async (app, { checks, needed, isDraining }) => {
  const findDown = remembering(() => check(checks))

  get(app, '/health', async () => {
    const down = await findDown()
    return down.length === 0 ? healthy : unhealthy(down)
  })
  get(app, '/health/live', async () => healthy)
  get(app, '/health/ready', async () => {
    if (isDraining()) return { status: 503, body: { status: 'draining' } }
    const down = (await findDown()).filter((name) => needed.includes(name))
    return down.length === 0 ? healthy : unhealthy(down)
  })
}, { name: 'health' })

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, string>>
}

const healthy: Answer = { status: 200, body: { status: 'healthy' } }
const unhealthy = (down: readonly string[]): Answer =>
  ({ status: 503, body: { status: 'unhealthy', ...Object.fromEntries(down.map((name) => [name, 'down'])) } })

function get(app: FastifyInstance, url: string, answer: () => Promise<Answer>): void {
  app.get(url, { logLevel: 'silent', schema: { hide: true } }, async (_request, reply) => {
    const { status, body } = await answer()
    return reply.code(status).header('cache-control', 'no-store').send(body)
  })
}

async function check(checks: HealthOptions['checks']): Promise<string[]> {
  const names = Object.keys(checks)
  const results = await Promise.allSettled(Object.values(checks).map((one) => inTime(one)))
  return names.filter((_, index) => results[index]?.status === 'rejected')
}

async function inTime(one: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS)
  })
  try {
    await Promise.race([one(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** One look for all who ask within a moment. */
function remembering<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined
  return () => {
    if (last === undefined || performance.now() - last.at > REMEMBERED_MS) last = { at: performance.now(), answer: look() }
    return last.answer
  }
}
