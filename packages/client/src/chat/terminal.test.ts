import { PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { afterEach, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import type { Console } from './console.ts'
import { createTerminal } from './terminal.ts'

let terminal: Console
afterEach(() => terminal.close())

/** A terminal of 40 columns whose screen a test can read: it obeys what we use of the control sequences. */
class FakeScreen extends PassThrough {
  readonly columns = 40
  readonly isTTY = true
  rows: string[] = ['']
  #row = 0
  #column = 0

  override write(chunk: unknown): boolean {
    for (const part of String(chunk).match(/\u001b\[\d*[A-Z]|[\s\S]/gu) ?? []) this.#obey(part)
    return true
  }

  #obey(part: string): void {
    const count = Number(/\d+/.exec(part)?.[0] ?? 1)
    if (part === '\r') this.#column = 0
    else if (part === '\n') this.#down()
    else if (/^\u001b\[\d*A$/.test(part)) this.#row = Math.max(0, this.#row - count)
    else if (/^\u001b\[\d*G$/.test(part)) this.#column = count - 1
    else if (part === '\u001b[0J') this.#clear()
    else if (!part.startsWith('\u001b')) this.#put(part)
  }

  #put(character: string): void {
    if (this.#column === this.columns) this.#down()
    const row = this.rows[this.#row] ?? ''
    this.rows[this.#row] = row.slice(0, this.#column).padEnd(this.#column) + character + row.slice(this.#column + 1)
    this.#column += 1
  }

  #down(): void {
    this.#row += 1
    this.#column = 0
    this.rows[this.#row] ??= ''
  }

  #clear(): void {
    this.rows = this.rows.slice(0, this.#row + 1)
    this.rows[this.#row] = (this.rows[this.#row] ?? '').slice(0, this.#column)
  }
}

function aTerminal() {
  const keys = new PassThrough()
  const screen = new FakeScreen()
  terminal = createTerminal(keys as unknown as ReadStream, screen as unknown as WriteStream)
  return { keys, screen, shows: (...rows: string[]) => waitFor(() => {
    expect(screen.rows.map((row) => row.trimEnd())).toEqual(rows)
    return true
  }, { message: 'the screen' }) }
}

describe('a terminal', () => {
  it('shows what comes above the line that is being typed', async () => {
    const { keys, shows } = aTerminal()
    terminal.prompt('#general > ')
    void terminal.lines()[Symbol.asyncIterator]().next()
    keys.write('half a li')
    await shows('#general > half a li')
    terminal.print('Kofi: hello')
    await shows('Kofi: hello', '#general > half a li')
    terminal.prompt('#general · Kofi is typing > ')
    await shows('Kofi: hello', '#general · Kofi is typing > half a li')
    keys.write('ne, which wraps')
    await shows('Kofi: hello', '#general · Kofi is typing > half a line,', ' which wraps')
    terminal.print('Kofi: hm')
    await shows('Kofi: hello', 'Kofi: hm', '#general · Kofi is typing > half a line,', ' which wraps')
  })

  it('takes away a typed line, however long, since it comes back as a message', async () => {
    const { keys, shows } = aTerminal()
    terminal.prompt('> ')
    const lines = terminal.lines()[Symbol.asyncIterator]()
    const first = lines.next()
    terminal.print('before')
    keys.write(`${'x'.repeat(50)}\r`)
    await expect(first).resolves.toEqual({ done: false, value: 'x'.repeat(50) })
    await shows('before', '>')
    terminal.print('Ada: xxx')
    await shows('before', 'Ada: xxx', '>')
  })

  it('keeps a password to itself', async () => {
    const { keys, shows } = aTerminal()
    const answer = terminal.ask({ text: 'Password: ', isSecret: true })
    keys.write('secret\r')
    await expect(answer).resolves.toBe('secret')
    const next = terminal.ask({ text: 'Name: ' })
    keys.write('Ada\r')
    await expect(next).resolves.toBe('Ada')
    await shows('Password:', 'Name: Ada', '')
  })

  it('gives no answer when the input ends', async () => {
    const { keys } = aTerminal()
    const answer = terminal.ask({ text: 'Password: ', isSecret: true })
    keys.end()
    await expect(answer).resolves.toBeNull()
  })

  it('says that a text is being typed, and not of a command', async () => {
    const { keys } = aTerminal()
    let texts = 0
    terminal.onTyping(() => (texts += 1))
    void terminal.lines()[Symbol.asyncIterator]().next()
    keys.write('/quit')
    keys.write('\u0015hi')
    await waitFor(() => texts > 0)
    expect(texts).toBe(2)
  })
})
