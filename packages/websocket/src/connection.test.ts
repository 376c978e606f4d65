import { EventEmitter } from 'node:events'
import { Writable, type Duplex } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import type { WebSocket } from 'ws'
import { Connection } from './connection.ts'
import { createFlusher } from './flusher.ts'

/** A line that takes nothing until it is told to, and counts the writes that reach it. */
class Line extends Writable {
  readonly writes: number[] = []
  isStuck = false
  readonly #resume: (() => void)[] = []

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.length)
    this.#take(done)
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(1)
    this.#take(done)
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

/** As much of ws as a connection uses; what it sends goes to the line as ws does it. */
class FakeWebSocket extends EventEmitter {
  readonly CLOSED = 3
  readyState = 1
  readonly closes: unknown[][] = []
  readonly pongs: unknown[] = []
  readonly #line: Line

  constructor(line: Line) {
    super()
    this.#line = line
  }

  send(data: Buffer): void {
    this.#line.write(data)
  }

  close(...args: unknown[]): void {
    this.closes.push(args)
  }

  pong(data: unknown): void {
    this.pongs.push(data)
  }

  resume(): void {
    this.emit('resumed')
  }

  terminate(): void {
    this.emit('close', 1006)
  }
}

function aConnection() {
  const line = new Line()
  const webSocket = new FakeWebSocket(line)
  const turns: (() => void)[] = []
  const connection = new Connection(webSocket as unknown as WebSocket, line as unknown as Duplex, createFlusher((run) => void turns.push(run)))
  const texts: string[] = []
  const ends: number[] = []
  connection.listen({ onText: (text) => void texts.push(text), onBinary: () => void texts.push('<binary>'), onPing: () => undefined, onEnd: (code) => void ends.push(code) })
  const turn = () => {
    for (const run of turns.splice(0)) run()
  }
  return { connection, line, webSocket, texts, ends, turn }
}

const frame = Buffer.alloc(100)
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
    const large = Buffer.alloc(200_000)
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
    connection.send(Buffer.alloc(100_000))
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
    webSocket.emit('close', 4010)
    connection.close(4001)
    connection.terminate()
    expect([texts, ends, webSocket.closes]).toEqual([['one'], [4010], [[4010, '']]])
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
