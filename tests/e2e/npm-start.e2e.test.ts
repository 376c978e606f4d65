import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aFreePort, PATIENT, waitFor } from '@afrochat/test-support'

// npm start itself only brings Node.js, pnpm and the packages, which the tests have; this is all that comes after.
const MAIN = join(import.meta.dirname, '..', '..', 'scripts', 'start', 'main.ts')

/** It makes a database, fills it, and imports an export where one lies at hand. */
const PATIENCE_MS = 300_000

const home = mkdtempSync(join(tmpdir(), 'afrochat-home-'))
let ports: Record<'PORT' | 'WEBSOCKET_PORT' | 'WORKER_PORT', string>
const started: ChildProcess[] = []

beforeAll(async () => {
  // PostgreSQL's user must get in when the tests run as root.
  chmodSync(home, 0o755)
  const [api, websocket, worker] = await Promise.all([aFreePort(), aFreePort(), aFreePort()])
  ports = { PORT: String(api), WEBSOCKET_PORT: String(websocket), WORKER_PORT: String(worker) }
})

afterAll(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGINT')
    await once(child, 'exit')
  }
  rmSync(home, { recursive: true, force: true })
})

interface Start {
  child: ChildProcess
  said: () => string
}

function start(env: Record<string, string> = {}): Start {
  const { DATABASE_URL: _database, REDIS_URL: _redis, JWT_SECRET: _secret, ...rest } = process.env
  const child = spawn(process.execPath, [MAIN], { env: { ...rest, ...PATIENT, ...ports, AFROCHAT_HOME: home, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  started.push(child)
  let said = ''
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (text) => (said += String(text)))
  return { child, said: () => said }
}

async function untilUp({ child, said }: Start): Promise<void> {
  await waitFor(() => said().includes('AfroChat is up') || child.exitCode !== null, { timeoutMs: PATIENCE_MS, message: 'AfroChat to be up' })
  if (!said().includes('AfroChat is up')) throw new Error(said())
}

/** Its exit code, when all that it said is here: `exit` may come before the last of it. */
async function ended({ child }: Start): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

async function isHealthy(port: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
  return answer?.status === 200
}

function runningEnv(): string {
  return readFileSync(join(home, 'running.env'), 'utf8')
}

/** Of the process that wrote the last line. */
function pidInLog(name: string): number {
  const lastLine = readFileSync(join(home, 'logs', `${name}.log`), 'utf8').trimEnd().split('\n').at(-1) ?? ''
  return (JSON.parse(lastLine) as { pid: number }).pid
}

describe('npm start', () => {
  it('brings everything up, says how to sign in, try and stop, and stops everything at Ctrl-C', async () => {
    const first = start()
    await untilUp(first)
    // What is well and late is not healthy for a moment.
    for (const port of Object.values(ports)) await waitFor(() => isHealthy(port), { message: `what is on port ${port} to be healthy` })
    expect(first.said()).toMatch(/npm run chat/)
    expect(first.said()).toMatch(/Ctrl-C/)
    expect(first.said()).toMatch(/password/i)
    const databasePort = Number(/^DATABASE_URL=\S+:(\d+)\//m.exec(runningEnv())?.[1])

    first.child.kill('SIGINT')
    expect(await ended(first)).toBe(0)
    expect(first.said()).toMatch(/Stopped\./)
    for (const port of [...Object.values(ports), String(databasePort)]) expect(await isHealthy(port)).toBe(false)
    expect(existsSync(join(home, 'running.env'))).toBe(false)
  }, PATIENCE_MS)

  it('says which setting is wrong when a service does not start', async () => {
    const wrong = start({ LOG_SHARDS: 'many' })
    expect(await ended(wrong)).toBe(1)
    expect(wrong.said()).toMatch(/LOG_SHARDS must be a whole number from 1 to 1024/)
  })
})

describe('the second npm start', () => {
  const other: Server = createServer()
  let second: Start
  let secret: string

  beforeAll(async () => {
    secret = readFileSync(join(home, 'jwt-secret'), 'utf8')
    other.listen(Number(ports.PORT), '127.0.0.1')
    await once(other, 'listening')
    second = start()
    await untilUp(second)
  }, PATIENCE_MS)

  afterAll(() => {
    other.close()
  })

  it('keeps the data and the secret', () => {
    expect(second.said()).not.toMatch(/Filling the demo workspace/)
    expect(second.said()).toMatch(/password/i)
    expect(runningEnv()).toContain(`JWT_SECRET=${secret}`)
  })

  it('takes the next free port when one is taken, and says so', () => {
    expect(second.said()).toMatch(new RegExp(`Port ${ports.PORT} is taken: api gets \\d+\\. Set PORT to choose another\\.`))
  })

  it('is alone in its folder: a third one is told so', async () => {
    const third = start()
    expect(await ended(third)).toBe(1)
    expect(third.said()).toMatch(/AfroChat runs already from this folder \(http:\/\/localhost:\d+, process \d+\)/)
  })

  it('starts a service again that was killed', async () => {
    process.kill(pidInLog('worker'), 'SIGKILL')
    await waitFor(() => second.said().includes('The service worker ended unexpectedly and is started again'), { message: 'word of the death' })
    await waitFor(() => isHealthy(ports.WORKER_PORT), { timeoutMs: 60_000, message: 'the new worker' })
  })

  it('stops everything when whoever started it is killed', async () => {
    // What the end of the parent looks like from inside.
    second.child.disconnect()
    expect(await once(second.child, 'exit')).toEqual([0, null])
    expect(await isHealthy(ports.WEBSOCKET_PORT)).toBe(false)
    expect(await isHealthy(ports.WORKER_PORT)).toBe(false)
  })
})
