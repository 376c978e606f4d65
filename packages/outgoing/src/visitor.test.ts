import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text as textFrom } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { medianMs } from '@afrochat/test-support/median-ms'
import { openPage } from './open-page.ts'
import { createVisitor, type Page, type VisitorOptions } from './visitor.ts'

/** A web server of this machine: what it answers is each test's own affair. */
let server: Server
let host: string
let answer: (request: IncomingMessage, response: ServerResponse) => void
let requests: IncomingMessage[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => {
  requests = []
})

const html = { 'content-type': 'text/html; charset=utf-8' }

const aVisitor = (options: Partial<VisitorOptions> = {}) => createVisitor({ userAgent: 'test/1', trustedHosts: [host], timeoutMs: 60_000, ...options })
const readText = ({ body }: Page) => textFrom(Readable.from(body))
const textOf = (options: Partial<VisitorOptions> = {}) => (url: string): Promise<string | undefined> => aVisitor(options).visit(url, readText)
const visit = textOf()

describe('a visit', () => {
  it('reads a page, and tells where it was found and what it is', async () => {
    answer = (_request, response) => response.writeHead(200, html).end('<p>hello</p>')
    const seen = await aVisitor().visit(`http://${host}/a?b=c#d`, async (page) => page)
    expect(seen).toMatchObject({ url: `http://${host}/a?b=c#d`, contentType: html['content-type'] })
    expect(await visit(`http://${host}/`)).toBe('<p>hello</p>')
  })

  it('tells the server nothing but what it wants: no cookie, no credentials, nothing of the inside', async () => {
    answer = (request, response) => {
      if (request.url === '/') response.writeHead(302, { 'set-cookie': 'id=1', location: '/next' }).end()
      else response.writeHead(200, html).end('x')
    }
    await visit(`http://${host}/`)
    expect(requests.map(({ headers }) => headers)).toEqual([1, 2].map(() => ({
      host, 'user-agent': 'test/1', accept: 'text/html,application/xhtml+xml', 'accept-encoding': 'gzip', connection: 'close',
    })))
  })

  it.each([400, 401, 404, 418, 500, 503, 204])('is worth as much at status %i as at none', async (status) => {
    answer = (_request, response) => response.writeHead(status, html).end(status === 204 ? undefined : 'secret')
    expect(await visit(`http://${host}/`)).toBe(status === 204 ? '' : undefined)
  })

  it('does not tell a refused target from a dead one, or a name that is not there', async () => {
    // Where nobody listens, nor ever will: a port that was just given up is soon somebody else's.
    const dead = '127.0.0.1:1'
    const answers = await Promise.all([
      visit('http://10.0.0.1/'), textOf({ trustedHosts: [dead] })(`http://${dead}/`), textOf({ resolve: async () => [] })('http://nowhere.example/'), visit('nonsense'),
    ])
    expect(answers).toEqual([undefined, undefined, undefined, undefined])
  })
})

describe('a redirect', () => {
  /** `/0` leads to `/1`, that to `/2` … until one of them is the page. */
  const chain = (length: number) => (request: IncomingMessage, response: ServerResponse) => {
    const at = Number(request.url?.slice(1))
    if (at < length) response.writeHead([301, 302, 303, 307, 308][at % 5] ?? 302, { location: `/${at + 1}` }).end()
    else response.writeHead(200, html).end(`page ${at}`)
  }

  it('is followed three times and not four', async () => {
    answer = chain(3)
    expect(await visit(`http://${host}/0`)).toBe('page 3')
    answer = chain(4)
    expect(await visit(`http://${host}/0`)).toBeUndefined()
    expect(requests.map(({ url }) => url)).toEqual(['/0', '/1', '/2', '/3', '/0', '/1', '/2', '/3'])
  })

  it('in a circle ends', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/' }).end()
    expect(await visit(`http://${host}/`)).toBeUndefined()
    expect(requests).toHaveLength(4)
  })

  it.each([
    'http://127.0.0.1:1/', 'http://localhost/', 'http://169.254.169.254/', 'http://[::ffff:127.0.0.1]/', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/', 'ftp://example.com/',
    'http://user:pw@example.com/', 'https://example.com:6379/', 'http://rebound.example/',
  ])('to %s is not followed', async (location) => {
    answer = (_request, response) => response.writeHead(302, { location }).end()
    const asked: string[] = []
    const resolve = async (name: string) => {
      asked.push(name)
      return ['127.0.0.1']
    }
    expect(await textOf({ resolve })(`http://${host}/`)).toBeUndefined()
    expect(requests).toHaveLength(1)
    // A public name is looked up, and given up for what it stands for.
    expect(asked).toEqual(location.includes('rebound') ? ['rebound.example'] : [])
  })

  it('to a server that listens, and that nobody trusts, does not reach it', async () => {
    const reached: string[] = []
    const inside = createServer((request, response) => {
      reached.push(request.url ?? '')
      response.writeHead(200, html).end('secret')
    }).listen(0, '127.0.0.1')
    await once(inside, 'listening')
    const { port } = inside.address() as AddressInfo
    for (const location of [`http://127.0.0.1:${port}/`, `//127.0.0.1:${port}/`, `http://127.1:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `http://inside.example:${port}/`]) {
      answer = (_request, response) => response.writeHead(302, { location }).end()
      expect(await textOf({ resolve: async () => ['127.0.0.1'] })(`http://${host}/`)).toBeUndefined()
    }
    expect(reached).toEqual([])
    inside.close()
  })
})

describe('a name', () => {
  it('that stands for a server of this machine does not reach it, though it listens at that port', async () => {
    const [, port] = host.split(':')
    for (const addresses of [['127.0.0.1'], ['127.0.0.1', '8.8.8.8'], ['::ffff:127.0.0.1']]) {
      const visitor = textOf({ resolve: async () => addresses, trustedHosts: [`inside.example:${port}`] })
      expect(await visitor(`http://inside.example:${port}/`)).toBeUndefined()
    }
    expect(requests).toEqual([])
  })

  it.each([[['127.0.0.1']], [['::1']], [['8.8.8.8', '127.0.0.1']], [['10.0.0.7', '8.8.8.8']], [['2606:4700::1', 'fd00::1']], [['::ffff:127.0.0.1']], [['64:ff9b::7f00:1']], [[]]])(
    'that stands for %j is not asked', async (addresses) => {
      expect(await textOf({ resolve: async () => addresses })('http://example.com/')).toBeUndefined()
    })

  it('is not looked up again: the connection goes to the address that was judged, whatever the name stands for by then', async () => {
    answer = (request, response) => response.writeHead(200, html).end(`you asked ${request.headers.host}`)
    const [address = '', port = ''] = host.split(':')
    const url = new URL(`http://does-not-exist.invalid:${port}/`)
    const response = await openPage({ url, address, headers: {}, signal: AbortSignal.timeout(60_000) })
    expect(response && (await textFrom(response))).toBe(`you asked does-not-exist.invalid:${port}`)
  })
})

describe('a body', () => {
  const KIB = 1_024

  it('is read up to 512 KiB, however long it is', async () => {
    answer = (_request, response) => {
      response.writeHead(200, html)
      const push = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * KIB)));
      }
      response.on('drain', push)
      push()
    }
    expect((await visit(`http://${host}/`))?.length).toBe(512 * KIB)
  })

  it('that says how long it is, and lies, is read as far as it comes', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { ...html, 'content-length': 10_000_000_000 })
      response.write('as far as it comes', () => response.destroy())
    }
    expect(await visit(`http://${host}/`)).toBe('as far as it comes')
  })

  it('is unpacked, a cut one as far as it goes', async () => {
    const packed = gzipSync('hello '.repeat(1_000))
    answer = (_request, response) => response.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end(packed)
    expect(await visit(`http://${host}/`)).toBe('hello '.repeat(1_000))
    const cut = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7_919) % 251)))
    answer = (_request, response) => response.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end(cut.subarray(0, cut.length >> 1))
    expect((await visit(`http://${host}/`))?.length).toBeGreaterThan(100)
  })

  it('that is a bomb is unpacked up to 512 KiB, in little memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * KIB * KIB))
    answer = (_request, response) => response.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end(bomb)
    const before = process.memoryUsage().rss
    expect((await visit(`http://${host}/`))?.length).toBe(512 * KIB)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * KIB * KIB)
  })

  it('that is packed in a way that was not asked for, or not packed at all, gives nothing', async () => {
    answer = (_request, response) => response.writeHead(200, { ...html, 'content-encoding': 'br' }).end('x')
    expect(await visit(`http://${host}/`)).toBeUndefined()
    answer = (_request, response) => response.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end('this is no gzip')
    expect(await visit(`http://${host}/`)).toBe('')
  })

  it('that drips is read for five seconds', async () => {
    answer = (_request, response) => {
      response.writeHead(200, html)
      const drip = setInterval(() => response.write('.'), 100)
      response.on('close', () => clearInterval(drip))
    }
    // The time that a visitor has by itself.
    expect(await createVisitor({ userAgent: 'test/1', trustedHosts: [host] }).visit(`http://${host}/`, readText)).toMatch(/^\.{3,60}$/)
  })

  it('that is not read to its end costs its server no more', async () => {
    const closed = Promise.withResolvers<void>()
    answer = (_request, response) => {
      response.on('close', () => closed.resolve())
      response.writeHead(200, html).write('<title>')
    }
    const first = await aVisitor().visit(`http://${host}/`, async ({ body }) => {
      for await (const chunk of body) return Buffer.from(chunk).toString()
      return ''
    })
    expect(first).toBe('<title>')
    await closed.promise
  })
})

describe('a server that speaks no proper HTTP', () => {
  it.each([
    ['says nothing and closes', (socket: Socket) => void socket.end()],
    ['floods with headers', (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: y\r\n'.repeat(10_000)}\r\n`)],
    ['sends one endless header', (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)],
    ['speaks another language', (socket: Socket) => void socket.write('-ERR unknown command\r\n')],
    ['switches protocols', (socket: Socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')],
    ['sends two lengths', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
  ])('and %s gives nothing, at once', async (_what, speak) => {
    const sockets: Socket[] = []
    const rude = createTcpServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.once('data', () => speak(socket))
    }).listen(0, '127.0.0.1')
    await once(rude, 'listening')
    const at = `127.0.0.1:${(rude.address() as AddressInfo).port}`
    expect(await medianMs(async () => expect(await textOf({ trustedHosts: [at] })(`http://${at}/`)).toBeUndefined())).toBeLessThan(2_000)
    for (const socket of sockets) socket.destroy()
    rude.close()
  })
})
