import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Console } from './console.ts'
import type { Style } from './render.ts'

/** For a person: what comes appears above the line that they are typing. */
export function createTerminal(input: ReadStream, output: WriteStream): Console {
  const echo = new Echo(output)
  const readline = createInterface({ input, output: echo, terminal: true, prompt: '' })
  readline.on('SIGINT', () => readline.close())
  const view = new View(readline, output)

  return {
    style: styleOf(output),
    isWatched: true,
    print: (line) => view.print(line),
    prompt: (text) => view.prompt(text),
    ask: ({ text, isSecret = false }) => new Promise((resolve) => {
      const end = (): void => resolve(null)
      readline.once('close', end)
      readline.question(text, (answer) => {
        readline.off('close', end)
        echo.isMuted = false
        if (isSecret) output.write('\n')
        resolve(answer)
      })
      echo.isMuted = isSecret
    }),
    async* lines() {
      view.show()
      for await (const line of readline) {
        view.eraseTyped(line)
        view.show()
        yield line
      }
    },
    onTyping(callback) {
      input.on('keypress', () => {
        if (readline.line !== '' && !readline.line.startsWith('/')) callback()
      })
    },
    close: () => readline.close(),
  }
}

/** Passes on what readline draws, except while a password is typed. */
class Echo extends Writable {
  isMuted = false
  readonly #output: WriteStream

  constructor(output: WriteStream) {
    super()
    this.#output = output
  }

  get columns(): number {
    return this.#output.columns
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) this.#output.write(chunk)
    done()
  }
}

/** The line at the bottom, with the prompt in front. */
class View {
  text = ''
  readonly #readline: Interface
  readonly #output: WriteStream
  #isShown = false

  constructor(readline: Interface, output: WriteStream) {
    this.#readline = readline
    this.#output = output
  }

  print(line: string): void {
    if (this.#isShown) {
      moveCursor(this.#output, 0, -this.#readline.getCursorPos().rows)
      cursorTo(this.#output, 0)
      clearScreenDown(this.#output)
    }
    this.#output.write(`${line}\n`)
    if (this.#isShown) this.#readline.prompt(true)
  }

  prompt(text: string): void {
    const isNew = text !== this.text
    this.text = text
    this.#readline.setPrompt(text)
    if (this.#isShown && isNew) this.#readline.prompt(true)
  }

  show(): void {
    this.#isShown = true
    this.#readline.prompt(true)
  }

  /** What was typed comes back as a message: twice would be once too often. */
  eraseTyped(line: string): void {
    this.#isShown = false
    const width = this.text.length + Array.from(line).length
    moveCursor(this.#output, 0, -(Math.floor(width / Math.max(1, this.#output.columns)) + 1))
    cursorTo(this.#output, 0)
    clearScreenDown(this.#output)
  }
}

function styleOf(stream: WriteStream): Style {
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) => styleText(format, text, { stream })
  return { dim: style('dim'), strong: style('bold'), own: style(['bold', 'cyan']), alert: style('yellow') }
}
