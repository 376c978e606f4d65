import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** One keep-alive connection, one request at a time: what a client's connection is, and little enough work not to be the bottleneck. */
export interface HttpConnection {
  send(method: string, path: string, options?: { readonly token?: string; readonly body?: unknown }): Promise<Answer>
  close(): void
}

const HEADER_END = Buffer.from('\r\n\r\n')

export async function openHttp(url: string): Promise<HttpConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return overSocket(socket, `${hostname}:${port}`)
}

function overSocket(socket: Socket, host: string): HttpConnection {
  let received = Buffer.alloc(0)
  let pending: PromiseWithResolvers<Answer> | undefined

  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const answer = parse(received)
    if (answer === undefined) return
    received = Buffer.alloc(0)
    pending?.resolve(answer)
  })
  const fail = (error: Error) => pending?.reject(error)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The connection was closed')))

  return {
    send(method, path, { token, body } = {}) {
      const text = body === undefined ? '' : JSON.stringify(body)
      const type = body === undefined ? '' : 'content-type: application/json\r\n'
      const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`
      pending = Promise.withResolvers()
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${authorization}${type}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
      return pending.promise
    },
    close: () => socket.destroy(),
  }
}

/** A whole answer with a content-length, as the api gives; undefined while some of it is missing. */
function parse(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf(HEADER_END)
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  const from = end + HEADER_END.length
  if (bytes.length < from + length) return undefined
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', from, from + length) }
}
