import { archiveRefused, archiveTooLarge, quoted } from './archive.errors.ts'

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

export interface JsonArrayOptions {
  /** The entry's name, for messages. */
  readonly name: string
  /** One element, in bytes: what is held in memory at a time. */
  readonly maxElementBytes: number
}

/**
 * The elements of a file that is one JSON array, one by one as its bytes come in: however large the file, only one
 * element is in memory. Throws `archive_refused` at the first thing that is not JSON; what was given before it was good.
 */
export async function* readJsonArray(chunks: AsyncIterable<Buffer>, options: JsonArrayOptions): AsyncGenerator<unknown, void, undefined> {
  const splitter = new ArraySplitter(options)
  for await (const chunk of chunks) {
    for (const element of splitter.take(chunk)) yield splitter.parse(element)
  }
  splitter.end()
}

/** Finds where elements begin and end; whether they are JSON is for JSON.parse. Bytes of UTF-8 sequences are never ASCII. */
class ArraySplitter {
  readonly #options: JsonArrayOptions
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #state: 'before' | 'inside' | 'after' = 'before'
  #depth = 0
  #isInString = false
  #isEscaped = false
  #count = 0
  #isFirstChunk = true
  /** The element under way: pieces of earlier chunks. */
  #pieces: Buffer[] = []
  #pieceBytes = 0

  constructor(options: JsonArrayOptions) {
    this.#options = options
  }

  /** The elements that end in this chunk. */
  * take(input: Buffer): Generator<Buffer, void, undefined> {
    const chunk = this.#isFirstChunk && input.subarray(0, 3).equals(BYTE_ORDER_MARK) ? input.subarray(3) : input
    this.#isFirstChunk = false
    let start = 0
    for (let index = 0; index < chunk.length; index += 1) {
      const end = this.#step(chunk[index] ?? 0)
      if (end === undefined) continue
      if (end === 'begin') start = index + 1
      else {
        const element = this.#join(chunk.subarray(start, index))
        start = index + 1
        if (!(end === 'close' && this.#count === 0 && isBlank(element))) yield element
        this.#count += 1
      }
    }
    if (this.#state === 'inside') this.#keep(chunk.subarray(start))
  }

  parse(bytes: Buffer): unknown {
    try {
      return JSON.parse(this.#decoder.decode(bytes))
    } catch (error) {
      throw this.#broken(`its element ${this.#count + 1} is not JSON`, error)
    }
  }

  end(): void {
    if (this.#state !== 'after') throw this.#broken('it ends in the middle')
  }

  /** What the byte means for the array itself: its beginning, the end of an element, or (undefined) nothing. */
  #step(byte: number): 'begin' | 'element' | 'close' | undefined {
    if (this.#state === 'inside') return this.#stepInside(byte)
    if (byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB) return undefined
    if (this.#state === 'after') throw this.#broken('something follows its end')
    if (byte !== OPEN_BRACKET) throw this.#broken('it is not a JSON array')
    this.#state = 'inside'
    return 'begin'
  }

  #stepInside(byte: number): 'element' | 'close' | undefined {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) this.#isInString = false
      return undefined
    }
    if (byte === QUOTE) this.#isInString = true
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) this.#depth += 1
    else if (byte === COMMA && this.#depth === 0) return 'element'
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      if (this.#depth > 0) this.#depth -= 1
      else return this.#close(byte)
    }
    return undefined
  }

  #close(byte: number): 'close' {
    if (byte === CLOSE_BRACE) throw this.#broken('it has a } too many')
    this.#state = 'after'
    return 'close'
  }

  #join(last: Buffer): Buffer {
    this.#keep(last)
    const element = this.#pieces.length === 1 ? last : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#pieceBytes = 0
    return element
  }

  #keep(piece: Buffer): void {
    this.#pieceBytes += piece.length
    if (this.#pieceBytes > this.#options.maxElementBytes) {
      throw archiveTooLarge(`the element ${this.#count + 1} of ${quoted(this.#options.name)} has more than ${this.#options.maxElementBytes} bytes`)
    }
    this.#pieces.push(piece)
  }

  #broken(what: string, cause?: unknown): Error {
    return archiveRefused(`${quoted(this.#options.name)} cannot be read: ${what}`, cause)
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB)
}
