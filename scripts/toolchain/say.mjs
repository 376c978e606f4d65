// What the commands tell the person at the terminal while they work.

/** A failure whose message is one sentence for the person: what is wrong and what to do. */
export class Failure extends Error {
  /** @override */
  name = 'Failure'
}

const terminal = process.stderr.isTTY

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * Says what is being done, and how long it took. On a terminal the seconds are counted while it works.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const started = performance.now()
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
  if (!terminal) say(`· ${what} …`)
  const ticker = terminal ? setInterval(() => process.stderr.write(`\r· ${what} … ${seconds()} s `), 200) : undefined
  try {
    const result = await work()
    process.stderr.write(terminal ? `\r✓ ${what} (${seconds()} s)\u001b[K\n` : `✓ ${what} (${seconds()} s)\n`)
    return result
  } catch (error) {
    process.stderr.write(terminal ? `\r✗ ${what}\u001b[K\n` : `✗ ${what}\n`)
    throw error
  } finally {
    clearInterval(ticker)
  }
}

/**
 * Ends the process after a failure: the sentence for an expected one, everything for an unexpected one.
 * @param {unknown} error
 * @returns {never}
 */
export function giveUp(error) {
  const expected = error instanceof Error && (error.name === 'Failure' || error.name === 'ServiceError')
  say(expected ? `\n${error.message}` : `\nSomething unexpected went wrong; please report it:\n${error instanceof Error ? error.stack : String(error)}`)
  process.exit(1)
}
