import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line between a client and a server that can be made worse. */
export interface Proxy {
  readonly port: number
  /** Bytes that came while the line was dead, and were not passed on. */
  readonly held: number
  readonly connections: number
  /** Of its own ends at the server, by which that one knows the connections. */
  readonly ports: readonly number[]
  /** Nothing passes, and nobody is told: connections stay open and silent, new ones are accepted and stay silent. */
  stall(): void
  /** Everything that waited passes. */
  resume(): void
  /** Ends all connections with a reset, as when a middle box forgets them. How many there were. */
  reset(): number
  /** Waits for a client to say these words, which pass. From then on nothing that its connection answers comes to it. */
  withhold(words: string): Promise<Withheld>
  close(): Promise<void>
}

/** A connection whose client waits in vain. */
export interface Withheld {
  /** See `ports`. */
  readonly port: number
  /** What the server has answered until now. */
  answer(): Buffer
}

export interface ProxyOptions {
  /** Called for each connection: who hears what its client says. */
  readonly listen?: () => (said: Buffer) => void
}

/** Listens on a free port of the loopback and passes everything on to another one. */
export async function startProxy(port: number, { listen }: ProxyOptions = {}): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const watches = new Map<string, (withheld: Withheld) => void>()
  let [held, isStalled] = [0, false]
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true })
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
      if (!isStalled) from.pipe(to)
    }
    // After `pipe`: by now the words are on their way.
    client.on('data', (said: Buffer) => watch(pair, said))
    if (listen !== undefined) client.on('data', listen())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function watch([client, upstream]: readonly [Socket, Socket], said: Buffer): void {
    for (const [words, found] of watches) {
      if (!said.includes(words)) continue
      watches.delete(words)
      const parts: Buffer[] = []
      upstream.unpipe(client)
      // `unpipe` has made it stand still.
      upstream.on('data', (part: Buffer) => parts.push(part)).resume()
      found({ port: upstream.localPort ?? 0, answer: () => Buffer.concat(parts) })
    }
  }

  return {
    port: (server.address() as AddressInfo).port,
    get held() {
      for (const [client, upstream] of pairs) held = Math.max(held, client.readableLength + upstream.readableLength)
      return held
    },
    get connections() {
      return pairs.size
    },
    get ports() {
      return [...pairs].flatMap(([, upstream]) => upstream.localPort ?? [])
    },
    stall() {
      isStalled = true
      held = 0
      for (const pair of pairs) {
        for (const socket of pair) {
          socket.unpipe()
          socket.pause()
        }
      }
    },
    resume() {
      isStalled = false
      for (const [client, upstream] of pairs) {
        client.pipe(upstream)
        upstream.pipe(client)
      }
    },
    reset() {
      const count = pairs.size
      for (const [client, upstream] of pairs) {
        client.resetAndDestroy()
        upstream.resetAndDestroy()
      }
      return count
    },
    withhold(words) {
      return new Promise((resolve) => watches.set(words, resolve))
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
