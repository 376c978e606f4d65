import { connect } from 'node:net'
import { once } from 'node:events'
import { RUN, runFact } from './run-services.ts'

/**
 * The Redis of this jest worker: no other test file runs on it at the same time, and it is empty when a file starts.
 * FLUSHALL is allowed; a test that stops or restarts Redis starts one of its own (`startRedis`).
 */
export function testRedisUrl(): string {
  const urls = runFact(RUN.redis).split(' ')
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1)
  const url = urls[(worker - 1) % urls.length]
  if (url === undefined) throw new Error('The test run started no Redis.')
  return url
}

/** Empties it, so that no test file depends on the one before. */
export async function emptyTestRedis(): Promise<void> {
  const { hostname, port, password } = new URL(testRedisUrl())
  const socket = connect(Number(port), hostname)
  socket.end(`AUTH ${password}\r\nFLUSHALL\r\nQUIT\r\n`)
  const answers = await socket.setEncoding('utf8').toArray()
  if (!socket.closed) await once(socket, 'close')
  if (!/^\+OK\r\n\+OK/.test(answers.join(''))) throw new Error(`Redis could not be emptied: ${answers.join('')}`)
}
