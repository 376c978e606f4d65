import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import { dialects } from './dialects.ts'
import { Posted, PostedInbox } from '../posted-inbox.ts'
import { messageText, MESSAGE_BYTES, numberAt, stampedContent, timeAt } from './message.ts'
import { RawConnection } from './raw-connection.ts'
import { Expectation, Tally } from './tally.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** The frames of these messages, with a ping and a short text among them. */
function framesOf(numbers: readonly number[]): Buffer {
  const frames = numbers.flatMap((number) => {
    const header = Buffer.from([0x81, 126, 0, 0])
    header.writeUInt16BE(MESSAGE_BYTES, 2)
    return [header, Buffer.from(messageText({ number, at: 5_000 })), Buffer.from([0x89, 0x00]), Buffer.from([0x81, 0x02, 0x68, 0x69])]
  })
  return Buffer.concat(frames)
}

/** A server that opens the line and writes these messages in pieces cut anywhere. */
async function aServer(numbers: readonly number[]): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => void write(socket, Buffer.concat([Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n'), framesOf(numbers)])))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(server)
  return (server.address() as AddressInfo).port
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  socket.setNoDelay(true)
  for (let at = 0; at < bytes.length && !socket.destroyed;) {
    const end = at + 1 + Math.floor(Math.random() * 2_000)
    socket.write(bytes.subarray(at, end))
    at = end
    await new Promise(setImmediate)
  }
}

async function count(numbers: readonly number[]) {
  const tally = new Tally()
  const expectation = new Expectation(tally, 0, () => 7_000)
  const port = await aServer(numbers)
  const connection = new RawConnection({ port, index: 0, channel: 0, token: '', dialect: dialects.plain, offersDeflate: false, tally, inbox: expectation })
  open.push(connection)
  await connection.ready
  await waitFor(() => tally.totals.deliveries === numbers.length)
  return { ...tally.totals, missing: expectation.missing(1_000), samples: tally.samples }
}

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('the load generator', () => {
  it('reads the number and the time of a message from its end', () => {
    const text = Buffer.from(messageText({ number: 42, at: 123_456_789 }))
    expect([text.length, numberAt(text, text.length), timeAt(text, text.length)]).toEqual([MESSAGE_BYTES, 42, 123_456_789])
    const large = Buffer.from(messageText({ number: 7, at: 1, bytes: 16_384 }))
    expect([large.length, numberAt(large, large.length)]).toEqual([16_384, 7])
  })

  it('reads in a frame when the message that was posted was due', () => {
    const posted = new Posted()
    const before = performance.now()
    const frame = Buffer.from(`{"type":"message_sent","seq":7,"data":{"id":"x","content":"${stampedContent(Math.floor((before - 250) * 1000))}","thread_id":null}}`)
    for (const isSample of [true, false]) new PostedInbox(posted, isSample).take(Buffer.concat([Buffer.from('"content":"no"'), frame]), 14)
    expect(posted.deliveries).toBe(2)
    expect(posted.samples).toHaveLength(1)
    expect(posted.samples[0]).toBeGreaterThanOrEqual(250)
    expect(posted.samples[0]).toBeLessThanOrEqual(250.001 + performance.now() - before)
  })

  it('counts every message once, and nothing else, however what arrives is cut', async () => {
    const { deliveries, lost, twice, disordered, missing, samples } = await count(oneTo(1_000))
    expect({ deliveries, lost, twice, disordered, missing }).toEqual({ deliveries: 1_000, lost: 0, twice: 0, disordered: 0, missing: 0 })
    expect(new Set(samples)).toEqual(new Set([2_000]))
  })

  it.each([
    ['drops one', oneTo(1_000).filter((number) => number !== 500), { lost: 1, twice: 0, disordered: 0, missing: 0 }],
    ['drops the last', oneTo(999), { lost: 0, twice: 0, disordered: 0, missing: 1 }],
    ['sends one twice', [...oneTo(500), ...oneTo(1_000).slice(499)], { lost: 0, twice: 1, disordered: 0, missing: 0 }],
    ['drops one and sends another twice', [...oneTo(300).slice(0, -2), 300, 300, ...oneTo(1_000).slice(300)], { lost: 1, twice: 1, disordered: 0, missing: 0 }],
    ['sends two the wrong way round', [1, 3, 2, ...oneTo(1_000).slice(3)], { lost: 1, twice: 0, disordered: 1, missing: 0 }],
  ])('notices a server that %s', async (_, numbers, expected) => {
    expect(await count(numbers)).toMatchObject(expected)
  })

  it('says why a server did not let it in', async () => {
    const server = createServer((socket) => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    open.push(server)
    const tally = new Tally()
    const { port } = server.address() as AddressInfo
    const connection = new RawConnection({
      port, index: 3, channel: 0, token: '', dialect: dialects.plain, offersDeflate: false, tally, inbox: new Expectation(tally, 0),
    })
    await expect(connection.ready).rejects.toThrow('Connection 3: HTTP/1.1 403 Forbidden')
  })
})
