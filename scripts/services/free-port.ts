import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** A TCP port of 127.0.0.1 on which nothing listened a moment ago. */
export async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port number.')
  return address.port
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
