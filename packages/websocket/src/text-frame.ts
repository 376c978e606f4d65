import { constants, deflateRawSync } from 'node:zlib'

/** Below it the header of the deflate block and of the frame eat what is won. */
const MIN_COMPRESSED_BYTES = 256
/** The window: as long as nearly all frames. */
export const WINDOW_BITS = 12
/**
 * Twenty microseconds for a message, half of them less than with zlib's own sizes: a short window, and a table for it. What a
 * smaller window made can be read with any larger one.
 */
const DEFLATE = { level: 6, windowBits: WINDOW_BITS, memLevel: 5, finishFlush: constants.Z_SYNC_FLUSH }
/** RFC 7692, 7.2.1: the end of a flushed block, which the other side adds again. */
const FLUSH_BYTES = 4

const FINAL_TEXT = 0x81
const COMPRESSED = 0x40

/**
 * A text message for any number of connections: its bytes on the wire are made once, and compressed once for all who
 * agreed to that. The bytes are shared: nobody changes them.
 */
export class TextFrame {
  readonly text: string
  #plain: Buffer | undefined
  #compressed: Buffer | undefined

  constructor(text: string) {
    this.text = text
  }

  /** Of the text, in bytes. */
  get length(): number {
    const { length } = this.wire(false)
    return length - headerBytes(length)
  }

  /** As it is written into a connection. `isCompressing`: both sides of it can. */
  wire(isCompressing: boolean): Buffer {
    this.#plain ??= plainFrame(this.text)
    return isCompressing && this.#plain.length >= MIN_COMPRESSED_BYTES ? (this.#compressed ??= compress(this.#plain)) : this.#plain
  }
}

/**
 * A whole frame of a server, unmasked (RFC 6455, 5.2). Made here and not by `ws`, which makes one for each connection and
 * writes it there at once: the same bytes for all, joined with others before they are written, are many times as fast.
 */
function plainFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const frame = begin(FINAL_TEXT, length)
  frame.write(text, frame.length - length)
  return frame
}

/** Each by itself: no connection's history is used (`server_no_context_takeover`), which is what makes it shareable. */
function compress(plain: Buffer): Buffer {
  const deflated = deflateRawSync(plain.subarray(headerBytes(plain.length)), DEFLATE)
  const length = deflated.length - FLUSH_BYTES
  const frame = begin(FINAL_TEXT | COMPRESSED, length)
  deflated.copy(frame, frame.length - length, 0, length)
  return frame.length < plain.length ? frame : plain
}

const MAX_7_BITS = 125
const MAX_16_BITS = 65_535

/** A frame of this first byte and length, whose payload is still to be filled in. */
function begin(firstByte: number, payloadLength: number): Buffer {
  const header = payloadLength <= MAX_7_BITS ? 2 : payloadLength <= MAX_16_BITS ? 4 : 10
  // Not of the pool: kept in a gateway's memory, a slice of some hundred bytes would keep the 64 KiB that it was cut from.
  const frame = Buffer.allocUnsafeSlow(header + payloadLength)
  frame[0] = firstByte
  if (header === 2) frame[1] = payloadLength
  else if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(payloadLength, 2)
  } else {
    frame[1] = 127
    frame.writeUInt16BE(0, 2)
    frame.writeUIntBE(payloadLength, 4, 6)
  }
  return frame
}

/** Of a frame of this length. */
const headerBytes = (frameLength: number): number => (frameLength <= MAX_7_BITS + 2 ? 2 : frameLength <= MAX_16_BITS + 4 ? 4 : 10)
