import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/**
 * Below the ports that systems give out (Linux from 32,768 on, others from 49,152): one of those may be given to whoever
 * asks for any port, or connects somewhere, between its choice and its use, or while what listened there starts again.
 */
const OWN_PORTS = { from: 20_000, to: 32_000 }
/** For each process a stretch of its own, most likely: two of them do not choose the same one at the same time. */
const STRETCH = 151
/** One after the other: none is chosen again before somebody listens there. */
let chosen = randomInt(STRETCH)

/** A TCP port on which nothing listened a moment ago. */
export async function aFreePort(): Promise<number> {
  for (let attempt = 1; attempt <= STRETCH; attempt += 1) {
    chosen = (chosen + 1) % STRETCH
    const port = OWN_PORTS.from + ((process.pid * STRETCH + chosen) % (OWN_PORTS.to - OWN_PORTS.from))
    if (await isFree(port)) return port
  }
  throw new Error(`The ${STRETCH} ports that this process may choose from are all taken.`)
}

/** The first port from `wanted` upwards that can be listened on, on all addresses. */
export async function freePortFrom(wanted: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let port = wanted; port < wanted + 100 && port <= 65_535; port++) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new Error(`Ports ${wanted} to ${wanted + 99} are all taken: set another one in the environment.`)
}

/** Whether something could listen on this port now, on any address. */
export async function isFree(port: number): Promise<boolean> {
  // A listener on one address does not stop another on all addresses on every system, hence both.
  return (await canListen(port, undefined)) && (await canListen(port, '127.0.0.1'))
}

async function canListen(port: number, host: string | undefined): Promise<boolean> {
  const server = createServer()
  const listening = once(server, 'listening')
  server.listen({ port, host, exclusive: true })
  try {
    await listening
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/** Whether something listens there now. */
export function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    socket.setTimeout(2_000, () => socket.destroy())
    socket.once('error', () => socket.destroy())
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('close', () => resolve(false))
  })
}
