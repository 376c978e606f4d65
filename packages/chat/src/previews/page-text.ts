import { TextDecoder, types } from 'node:util'

/** A declaration in the page itself: `<meta charset="…">`, or the longer form of old. It stands in the first 1,024 bytes, or nowhere. */
const DECLARED = /<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([\w:.-]{1,40})/i
const DECLARATION_BYTES = 1_024

/**
 * The text of a page as its bytes come. The charset is that of the header, else of a byte order mark, else the page's own
 * word, else UTF-8. One that does not fit gives wrong letters, never an error.
 */
export async function* pageText(contentType: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let head: Uint8Array = new Uint8Array()
  for await (const bytes of body) {
    if (decoder !== undefined) {
      yield decoder.decode(bytes, { stream: true })
      continue
    }
    head = Buffer.concat([head, bytes])
    if (head.length < DECLARATION_BYTES) continue
    decoder = decoderFor(contentType, head)
    yield decoder.decode(head, { stream: true })
  }
  yield decoder === undefined ? decoderFor(contentType, head).decode(head) : decoder.decode()
}

function decoderFor(contentType: string, head: Uint8Array): TextDecoder {
  const [, named] = /charset\s*=\s*"?([\w:.-]{1,40})/i.exec(contentType) ?? []
  const marked = markOf(head)
  const [, declared] = DECLARED.exec(Buffer.from(head.subarray(0, DECLARATION_BYTES)).toString('latin1')) ?? []
  for (const label of [marked, named, declared]) {
    if (label !== undefined && isKnown(label)) return new TextDecoder(label)
  }
  return new TextDecoder()
}

/** Of all that is said the mark is the surest. */
function markOf([first, second]: Uint8Array): string | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xef && second === 0xbb ? 'utf-8' : undefined
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== ''
  } catch (error) {
    // Not `instanceof`: in jest an error of Node's own is of another realm.
    if (types.isNativeError(error) && error.name === 'RangeError') return false
    throw error
  }
}
