import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Console } from './console.ts'
import { plain } from './render.ts'

/** For scripts: lines in, lines out, nothing else. */
export function createPipe(input: Readable, output: Writable): Console {
  const lines = createInterface({ input, crlfDelay: Infinity, terminal: false })
  // Made at once: lines that come before there is an iterator are lost.
  const iterator = lines[Symbol.asyncIterator]()
  return {
    style: plain,
    isWatched: false,
    print: (line) => void output.write(`${line}\n`),
    prompt: () => undefined,
    ask: async () => null,
    lines: () => iterator,
    onTyping: () => undefined,
    close: () => lines.close(),
  }
}
