import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request, type ClientRequest } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, PATIENT, testRedisUrl, waitFor, type TestDatabase } from '@afrochat/test-support'

let database: TestDatabase
beforeAll(async () => void (database = await createTestDatabase()))
afterAll(() => database.drop())

const running: ChildProcess[] = []
afterEach(() => { for (const child of running.splice(0)) child.kill('SIGKILL') })

/** The service as it runs in production: a process of its own. */
function start(env: Record<string, string> = {}) {
  const output = { out: '', err: '' }
  const child = spawn(process.execPath, [fileURLToPath(new URL('server.ts', import.meta.url))], {
    env: {
      PATH: process.env['PATH'], NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0', DATABASE_URL: database.url, REDIS_URL: testRedisUrl(), JWT_SECRET: 'a secret of thirty-two bytes or so',
      RATE_LIMIT_ANON: '0', ...PATIENT, ...env,
    },
  })
  child.stdout.on('data', (chunk) => (output.out += String(chunk)))
  child.stderr.on('data', (chunk) => (output.err += String(chunk)))
  running.push(child)
  // Not `exit`, which may come before the last of what it said.
  const ended = once(child, 'close').then(([code]) => Number(code))
  const url = () => waitFor(() => /http:\/\/127\.0\.0\.1:\d+/.exec(output.out)?.[0], { timeoutMs: 60_000, message: 'the service listens' })
  return { child, ended, output, url }
}

interface Outcome { readonly status: number | undefined; readonly error: string | undefined }

function outcomeOf(call: ClientRequest): Promise<Outcome> {
  return new Promise((resolve) => {
    call.on('response', (answer) => {
      answer.resume()
      answer.once('end', () => resolve({ status: answer.statusCode, error: undefined }))
      answer.once('error', (error: Error) => resolve({ status: undefined, error: `cut off: ${error.message}` }))
    })
    call.on('error', (error: Error & { code?: string }) => resolve({ status: undefined, error: error.code ?? error.message }))
  })
}

function get(url: string, agent: Agent): Promise<Outcome> {
  return outcomeOf(request(url, { agent }).end())
}

/** A request that waits with its body: it is under way when the service has asked for that. */
async function begin(url: string, { agent, body }: { agent: Agent; body: object }): Promise<() => Promise<Outcome>> {
  const call = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json', expect: '100-continue' } })
  const outcome = outcomeOf(call)
  call.flushHeaders()
  await once(call, 'continue')
  return () => {
    call.end(JSON.stringify(body))
    return outcome
  }
}

describe('the service', () => {
  it('stops at SIGTERM in order: what it has begun it answers, and then it ends', async () => {
    const service = start({ RATE_LIMIT_REGISTER: '0' })
    const url = await service.url()
    const agent = new Agent({ keepAlive: true })
    // Twenty passwords to hash, two at a time: the last are still waiting when the first is answered.
    const begun = await Promise.all(Array.from({ length: 20 }, (_, index) => begin(`${url}/api/v1/auth/register`, {
      agent, body: { email: `p${index}@example.com`, username: `p${index}`, password: 'correct horse battery', display_name: 'Ada' },
    })))
    const registrations = begun.map((goOn) => goOn())
    await Promise.race(registrations)
    service.child.kill('SIGTERM')
    expect((await Promise.all(registrations)).map(({ status, error }) => status ?? error)).toEqual(Array.from({ length: 20 }, () => 201))
    expect(await service.ended).toBe(0)
    agent.destroy()
    expect(service.output.err).not.toMatch(/error/i)
  })

  it('answers no request with an error while it stops', async () => {
    const service = start()
    const url = await service.url()
    const agent = new Agent({ keepAlive: true })
    const outcomes: Outcome[] = []
    const client = async () => {
      for (let last: Outcome | undefined; last?.status !== undefined || last === undefined;) {
        // Of what it takes to answer, the database goes last; and however late that is, it is no failure.
        last = await get(`${url}/api/v1/invites/no-such-token`, agent)
        outcomes.push(last)
      }
    }
    const clients = Array.from({ length: 10 }, client)
    await waitFor(() => outcomes.length > 200)
    service.child.kill('SIGTERM')
    await Promise.all(clients)
    agent.destroy()
    // What was not taken says so at once: a closed door, or a kept connection that was closed while it was idle.
    const wrong = outcomes.filter(({ status, error }) => status !== 404 && !['ECONNREFUSED', 'ECONNRESET'].includes(error ?? ''))
    expect(wrong).toEqual([])
  })

  it.each([
    ['wrong settings', { PORT: 'x', JWT_EXPIRE_HOURS: '0' }, /PORT[\s\S]+JWT_EXPIRE_HOURS/],
    ['a database that is not there', { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' }, /^Nothing answers at 127\.0\.0\.1:1/m],
  ])('says in a sentence why it does not start: %s', async (_, env, sentence) => {
    const service = start(env)
    expect(await service.ended).toBe(1)
    expect(service.output.err).toMatch(sentence)
    expect(service.output.err).not.toMatch(/^ {4}at /m)
  })
})
