import type { Terminal } from './command.ts'

/** Where nobody can replace a line, one is written so often. */
const LINE_INTERVAL_MS = 5_000
const REDRAW_INTERVAL_MS = 100
const CLEAR_LINE = '\r\u001b[K'

/** The terminal, or whatever the output of this process goes to. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  const interval = stderr.isTTY ? REDRAW_INTERVAL_MS : LINE_INTERVAL_MS
  let shownAt = 0
  let isShown = false

  const clear = () => {
    if (isShown && stderr.isTTY) stderr.write(CLEAR_LINE)
    isShown = false
  }
  return {
    say(line) {
      clear()
      stdout.write(`${line}\n`)
    },
    complain(line) {
      clear()
      stderr.write(`${line}\n`)
    },
    progress(line) {
      if (line === undefined) return clear()
      const now = performance.now()
      if (now - shownAt < interval) return
      shownAt = now
      stderr.write(stderr.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`)
      isShown = true
    },
  }
}
