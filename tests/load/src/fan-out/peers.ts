import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { DialectName } from './dialects.ts'
import { openLogCity, type LogCity } from './log-city.ts'
import { SERVER_CORE, startOn } from './processes.ts'

/** A server that is up, on its core. */
export interface RunningPeer {
  readonly pid: number
  readonly port: number
  /** Where the messages that it sends are ordered. */
  readonly orderPort: number
  /** What each connection shows. */
  readonly tokens: readonly string[]
  stop(): Promise<void>
}

export interface Peer {
  readonly name: string
  readonly dialect: DialectName
  start(options: { readonly channels: number; readonly deflate?: boolean }): Promise<RunningPeer>
}

/** What several peers need, started when the first of them does. */
export interface Surroundings {
  logCity(): Promise<LogCity>
  stop(): Promise<void>
}

export function createSurroundings(): Surroundings {
  let city: Promise<LogCity> | undefined
  return {
    logCity: () => (city ??= openLogCity()),
    stop: async () => (await city)?.stop(),
  }
}

const script = (name: string) => new URL(`servers/${name}.ts`, import.meta.url)
const numbers = Array.from({ length: 10_000 }, (_, number) => String(number))

export function createPeers(surroundings: Surroundings): Peer[] {
  return [
    {
      name: 'ws', dialect: 'plain',
      start: ({ channels, deflate = false }) => startServer(script('plain-ws'), [String(channels), deflate ? 'deflate' : 'plain']),
    },
    { name: 'socket.io', dialect: 'socketIo', start: ({ channels }) => startServer(script('socket-io'), [String(channels)]) },
    {
      name: 'socket.io, Redis streams', dialect: 'socketIo',
      start: async ({ channels }) => startServer(script('socket-io'), [String(channels), (await surroundings.logCity()).redisUrl]),
    },
    {
      name: 'AfroChat, from memory', dialect: 'afroChat',
      start: ({ channels, deflate = false }) => startServer(script('gateway-from-memory'), [String(channels), deflate ? 'deflate' : 'plain'], numbers),
    },
    { name: 'AfroChat, from Redis', dialect: 'afroChat', start: async ({ channels }) => (await surroundings.logCity()).startGateway(channels) },
  ]
}

async function startServer(program: URL, args: readonly string[], tokens: readonly string[] = []): Promise<RunningPeer> {
  const server = startOn(SERVER_CORE, program, args)
  const { port, orderPort } = await announced(server)
  return { pid: server.pid ?? 0, port, orderPort, tokens, stop: () => ended(server) }
}

/** The ports that a process tells. */
export function announced(started: ChildProcess): Promise<{ port: number; orderPort: number }> {
  return new Promise((resolve, reject) => {
    // What `announce` sends.
    started.once('message', (ports) => resolve(ports as { port: number; orderPort: number }))
    started.once('exit', (status) => reject(new Error(`A server ended at its start, with ${status ?? 'a signal'}`)))
  })
}

export async function ended(started: ChildProcess): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return
  const exit = once(started, 'exit')
  started.disconnect()
  await exit
}
