import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { Writable, type Duplex } from 'node:stream'
import { constants, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { WebSocket } from 'ws'
import { Connection } from './connection.ts'
import { createFlusher } from './flusher.ts'
import { TextFrame } from './text-frame.ts'

/** A line that takes nothing until it is told to, and keeps what is written to it. */
class Line extends Writable {
  readonly chunks: Buffer[] = []
  isStuck = false
  readonly #resume: (() => void)[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk)
    this.#take(done)
  }

  /** The frames in each write, by what they take. */
  get writes(): number[] {
    return this.chunks.map(({ length }) => length / frame.wire(false).length)
  }

  free(): void {
    this.isStuck = false
    for (const done of this.#resume.splice(0)) done()
  }

  takeOne(): void {
    this.#resume.shift()?.()
  }

  #take(done: () => void): void {
    if (this.isStuck) this.#resume.push(done)
    else done()
  }
}

/** As much of ws as a connection uses. */
class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1
  readonly CLOSED = 3
  extensions = ''
  readyState = 1
  readonly closes: unknown[][] = []
  readonly pongs: unknown[] = []

  close(...args: unknown[]): void {
    this.closes.push(args)
  }

  pong(data: unknown): void {
    this.pongs.push(data)
  }

  resume(): void {
    this.emit('resumed')
  }

  terminations = 0

  terminate(): void {
    this.terminations += 1
    this.emit('close', 1006)
  }
}

function aConnection({ flusher, turn } = aFlusher(), extensions = '') {
  const line = new Line()
  const webSocket = new FakeWebSocket()
  webSocket.extensions = extensions
  const connection = new Connection(webSocket as unknown as WebSocket, line as unknown as Duplex, flusher)
  const texts: string[] = []
  const ends: number[] = []
  connection.listen({ onText: (text) => void texts.push(text), onBinary: () => void texts.push('<binary>'), onPing: () => undefined, onPong: () => void texts.push('<pong>'), onEnd: (code) => void ends.push(code) })
  return { connection, line, webSocket, texts, ends, turn }
}

function aFlusher() {
  const turns: (() => void)[] = []
  const turn = () => {
    for (const run of turns.splice(0)) run()
  }
  return { flusher: createFlusher({ schedule: (run) => void turns.push(run) }), turn }
}

const frame = new TextFrame('x'.repeat(100))
/** What a client makes of the bytes that were written to it. */
function textsIn({ chunks }: Line): string[] {
  const bytes = Buffer.concat(chunks)
  const texts: string[] = []
  for (let at = 0; at < bytes.length;) {
    const [first = 0, short = 0] = bytes.subarray(at, at + 2)
    const [header, length] = short < 126 ? [2, short] : [4, bytes.readUInt16BE(at + 2)]
    const payload = bytes.subarray(at + header, at + header + length)
    texts.push(first === 0xc1 ? inflated(payload) : payload.toString())
    expect([0x81, 0xc1]).toContain(first)
    at += header + length
  }
  return texts
}

const inflated = (payload: Buffer) => inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).toString()

const sendMany = (connection: Connection, count: number) => {
  for (let index = 0; index < count; index += 1) connection.send(frame)
}

describe('frames sent in one turn', () => {
  it('are one write', () => {
    const { connection, line, turn } = aConnection()
    sendMany(connection, 5)
    expect(line.writes).toEqual([])
    turn()
    expect(line.writes).toEqual([5])
  })

  it('are a few writes when they are many, and none of them counts as waiting', () => {
    const { connection, line, ends, turn } = aConnection()
    sendMany(connection, 1_000)
    turn()
    expect(line.writes.reduce((sum, count) => sum + count, 0)).toBe(1_000)
    expect(Math.max(...line.writes)).toBeLessThanOrEqual(128)
    expect(ends).toEqual([])
  })

  it('are the same bytes for all who get the same, and their own for the others, in the order in which each got them', () => {
    const shared = aFlusher()
    const [one, other, third] = [aConnection(shared), aConnection(shared), aConnection(shared)]
    const frames = ['a', 'b', 'c'].map((text) => new TextFrame(text))
    for (const sent of frames) {
      one.connection.send(sent)
      if (sent.text !== 'b') third.connection.send(sent)
      other.connection.send(sent)
    }
    third.connection.send(new TextFrame('alone'))
    shared.turn()
    expect([one, other, third].map(({ line }) => textsIn(line))).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'c', 'alone']])
    expect(other.line.chunks[0]).toBe(one.line.chunks[0])
  })

  it('are not written behind a closing frame', () => {
    const { connection, line, webSocket, turn } = aConnection()
    connection.send(frame)
    webSocket.readyState = 2
    turn()
    expect(line.chunks).toEqual([])
  })

  it('go out before the closing frame, when this side ends it', () => {
    const { connection, line, webSocket } = aConnection()
    connection.send(new TextFrame('the last'))
    connection.close(4001)
    expect([textsIn(line), webSocket.closes]).toEqual([['the last'], [[4001, '']]])
  })
})

describe('a client that agreed to compression', () => {
  it('gets large frames compressed, by themselves and once for all, and small ones as they are', () => {
    const shared = aFlusher()
    const clients = Array.from({ length: 2 }, () => aConnection(shared, 'permessage-deflate'))
    const texts = ['small', 'and large, '.repeat(100), 'and large, '.repeat(100)]
    for (const sent of texts.map((text) => new TextFrame(text))) for (const { connection } of clients) connection.send(sent)
    shared.turn()
    expect(clients.map(({ line }) => textsIn(line))).toEqual([texts, texts])
    expect(clients[0]?.line.writableLength ?? 0).toBeLessThan(300)
    expect(clients[1]?.line.chunks[0]).toBe(clients[0]?.line.chunks[0])
    expect(clients[0]?.line.chunks[0]?.length).toBeLessThan(300)
  })

  it('gets what compression would make longer as it is', () => {
    const { connection, line, turn } = aConnection(aFlusher(), 'permessage-deflate')
    const noise = randomBytes(300).toString('base64url')
    connection.send(new TextFrame(noise))
    turn()
    expect(textsIn(line)).toEqual([noise])
  })
})

describe('a client that does not read', () => {
  it('is closed with 4008 once 256 frames wait, and gets nothing more', () => {
    const { connection, line, ends, webSocket, turn } = aConnection()
    line.isStuck = true
    for (let count = 0; count < 256; count += 64) {
      sendMany(connection, 64)
      turn()
    }
    expect(ends).toEqual([])
    connection.send(frame)
    turn()
    expect(ends).toEqual([4008])
    expect(webSocket.closes).toEqual([[4008, '']])
    const held = line.writableLength
    sendMany(connection, 50)
    turn()
    expect(line.writableLength).toBe(held)
  })

  it('is closed once a mebibyte waits', () => {
    const { connection, line, ends, turn } = aConnection()
    line.isStuck = true
    const large = new TextFrame('x'.repeat(200_000))
    for (let count = 0; count < 5; count += 1) connection.send(large)
    turn()
    expect(ends).toEqual([])
    connection.send(large)
    turn()
    expect(ends).toEqual([4008])
  })

  it('is not one that always has a little left to read', () => {
    const { connection, line, ends, turn } = aConnection()
    // Of each ten frames that come, it takes the ten before.
    line.isStuck = true
    for (let round = 0; round < 200; round += 1) {
      sendMany(connection, 10)
      turn()
      if (round > 0) line.takeOne()
      expect(line.writableLength).toBeGreaterThan(0)
    }
    expect(ends).toEqual([])
  })

  it('is forgiven when it reads again', async () => {
    const { connection, line, ends, turn } = aConnection()
    for (let round = 0; round < 5; round += 1) {
      line.isStuck = true
      sendMany(connection, 200)
      turn()
      expect(connection.isBehind()).toBe(true)
      const drained = connection.drained()
      line.free()
      await drained
      expect(connection.isBehind()).toBe(false)
    }
    expect(ends).toEqual([])
  })

  it('is waited for also when little waits for it, so that a long story in small parts does not end it', async () => {
    const { connection, line, ends } = aConnection()
    for (let part = 0; part < 20; part += 1) {
      line.isStuck = true
      sendMany(connection, 100)
      const drained = connection.drained()
      expect(line.writableLength).toBeGreaterThan(0)
      line.free()
      await drained
      expect(line.writableLength).toBe(0)
    }
    expect(ends).toEqual([])
  })

  it('does not keep anybody waiting for ever who waits for it to read', async () => {
    const { connection, line } = aConnection()
    line.isStuck = true
    connection.send(new TextFrame('x'.repeat(100_000)))
    const drained = connection.drained()
    line.destroy()
    await drained
  })
})

describe('the end of a connection', () => {
  it('is told once, at once, and nothing is received after it', () => {
    const { connection, webSocket, texts, ends } = aConnection()
    webSocket.emit('message', Buffer.from('one'), false)
    connection.close(4010)
    webSocket.emit('message', Buffer.from('two'), false)
    webSocket.emit('pong', Buffer.from('three'))
    webSocket.emit('close', 4010)
    connection.close(4001)
    connection.terminate()
    expect([texts, ends, webSocket.closes]).toEqual([['one'], [4010], [[4010, '']]])
  })

  it('is no beginning of an endless farewell: a client that goes on sending is cut off', () => {
    const { connection, webSocket, texts } = aConnection()
    connection.close(1008)
    for (let count = 0; count < 333; count += 1) for (const kind of ['message', 'ping', 'pong']) webSocket.emit(kind, Buffer.from('x'), false)
    expect(webSocket.terminations).toBe(0)
    for (let count = 0; count < 10; count += 1) webSocket.emit('pong', Buffer.from('x'))
    expect([webSocket.terminations, texts, webSocket.pongs]).toEqual([1, [], []])
  })

  it('by the other side is told with its code', () => {
    const { webSocket, ends } = aConnection()
    webSocket.emit('close', 1001)
    expect(ends).toEqual([1001])
  })
})

describe('a ping', () => {
  it('is answered, unless its listener ended the connection', () => {
    const { connection, webSocket } = aConnection()
    webSocket.emit('ping', Buffer.from('a'))
    connection.close(1008)
    webSocket.emit('ping', Buffer.from('b'))
    expect(webSocket.pongs.map(String)).toEqual(['a'])
  })
})
