import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server on this machine whose pages have their own path as title. */
export interface TestWeb {
  /** `host:port`: a worker asks it only if it is told to trust it. */
  readonly host: string
  /** The paths that were asked for. */
  readonly asked: readonly string[]
  close(): void
}

export async function startWeb(): Promise<TestWeb> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>Page ${request.url}</title>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // Listening on a port, it has such an address.
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
