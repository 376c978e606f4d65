import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { aFreePort, answersPing, startGuarded, ServiceError, type RunningService } from '../services/index.ts'
import { capture } from '../toolchain/programs.mjs'

const IMAGE = 'redis:7'

/** The image may have to be fetched first. */
const START_TIMEOUT_MS = 300_000

/** Whether there is a Docker whose engine runs and lets us in. */
export async function dockerAnswers(): Promise<boolean> {
  const { status } = await capture('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 })
  return status === 0
}

/**
 * A Redis in a container, which goes when the `docker run` in front of it goes. It keeps no data over a restart: all
 * that is in Redis can be made again.
 */
export async function startDockerRedis(logFile: string): Promise<RunningService> {
  const port = await aFreePort()
  const password = randomBytes(24).toString('base64url')
  const server = await startGuarded({
    command: 'docker',
    args: ['run', '--rm', '--publish', `127.0.0.1:${port}:6379`, IMAGE, 'redis-server', '--requirepass', password, '--save', '', '--maxmemory-policy', 'noeviction'],
    logFile,
    stopSignal: 'TERM',
    graceSeconds: 15,
  })
  let lastWords: string | undefined
  void server.exited.then((end) => (lastWords = end.lastWords))
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await answersPing({ host: '127.0.0.1', port, username: '', password }))) {
    if (lastWords === undefined && Date.now() < deadline) await sleep(100)
    else {
      await server.stop()
      throw new ServiceError(`Docker could not run ${IMAGE}: install redis-server or set REDIS_URL. Docker said: ${lastLine(lastWords) || 'nothing'}`)
    }
  }
  return { url: `redis://:${password}@127.0.0.1:${port}`, port, pid: server.pid, exited: server.exited, stop: () => server.stop() }
}

function lastLine(text = ''): string {
  return text.trim().split('\n').at(-1) ?? ''
}
