import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'

/**
 * The bytes of a body, unpacked, at most so many. It is bounded before unpacking and after, so that neither a long body
 * nor a packed emptiness is read to its end. It ends where the connection breaks: half a page is half a page.
 */
export async function* boundedBody(response: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  try {
    yield* atMost(unpacked(response, maxBytes), maxBytes)
  } catch {
    // Somebody else's server broke off, sent what is no gzip, or took too long: nothing that one could act upon.
  } finally {
    response.destroy()
  }
}

function unpacked(response: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  if (encodingOf(response) === '') return response
  // What was cut off is unpacked as far as it goes.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })
  return pipeline(atMost(response, maxBytes), gunzip, () => undefined)
}

async function* atMost(source: Readable | AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let left = maxBytes
  for await (const chunk of source) {
    // No encoding was set: it gives bytes.
    const bytes = chunk as Uint8Array
    yield bytes.subarray(0, left)
    left -= bytes.length
    if (left <= 0) return
  }
}

/** Empty: not packed. */
export const encodingOf = (response: IncomingMessage): string => (response.headers['content-encoding'] ?? '').trim().toLowerCase().replace('identity', '')
