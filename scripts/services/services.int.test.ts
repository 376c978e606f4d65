import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import pg from 'pg'
import { aFreePort, answersPing, freePortFrom, isListening, startGuarded, startPostgres, startRedis } from './index.ts'

// Right in the directory for such things: under root PostgreSQL runs as another user, who must get in.
const place = (name: string) => join(tmpdir(), `afrochat-${name}-${process.pid}`)
afterAll(() => {
  for (const name of ['kept', 'shared']) rmSync(place(name), { recursive: true, force: true })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function query(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows[0]
  } finally {
    await client.end()
  }
}

/** A process that starts a service and tells what it needs to be found; it ends only when it is killed. */
async function parentOf(start: string): Promise<{ pid: number; told: { pid: number; url: string } }> {
  const program = `
    import { startPostgres, startRedis } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const { pid, url } = await ${start}
    console.log(JSON.stringify({ pid, url }))
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { pid: child.pid ?? 0, told: JSON.parse(line.toString()) as { pid: number; url: string } }
}

describe('a guarded program', () => {
  const sleeper = { command: 'sleep', args: ['1000'], stopSignal: 'TERM', graceSeconds: 5 } as const

  it('is stopped on demand', async () => {
    const { pid, stop } = await startGuarded(sleeper)
    expect(isAlive(pid)).toBe(true)
    await stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('is killed when it does not stop within its grace', async () => {
    const deaf = { ...sleeper, command: '/bin/sh', args: ['-c', 'trap "" TERM; while :; do sleep 1; done'], graceSeconds: 1 }
    const { pid, stop } = await startGuarded(deaf)
    await stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('tells its exit status and its last words', async () => {
    const { exited } = await startGuarded({ ...sleeper, command: '/bin/sh', args: ['-c', 'echo alas >&2; exit 3'] })
    expect(await exited).toEqual({ status: 3, lastWords: 'alas\n' })
  })

  it('that is not there ends at once, and says so', async () => {
    const { exited } = await startGuarded({ ...sleeper, command: 'no-such-program' })
    expect(await exited).toMatchObject({ status: 127, lastWords: expect.stringContaining('not found') })
  })

  it('does not outlive its guard', async () => {
    const { pid, exited } = await startGuarded(sleeper)
    const guardPid = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
    process.kill(guardPid, 'SIGKILL')
    await exited
    await waitFor(() => !isAlive(pid), { message: 'the end of the program' })
  })
})

describe('PostgreSQL and Redis', () => {
  it.each([
    ['PostgreSQL', place('postgres'), `startPostgres({ dataDir: '${place('postgres')}' })`],
    ['Redis', place('redis'), `startRedis({ dir: '${place('redis')}' })`],
  ])('(%s) end when the process that started them is killed, and leave no file behind', async (_name, directory, start) => {
    const parent = await parentOf(start)
    expect(isAlive(parent.told.pid)).toBe(true)
    expect(existsSync(directory)).toBe(true)
    process.kill(parent.pid, 'SIGKILL')
    await waitFor(() => !isAlive(parent.told.pid), { message: 'the end of the server' })
    await waitFor(() => !existsSync(directory), { message: 'the end of its files' })
  })

  it('keep their data from one start to the next, even after kill -9', async () => {
    const dataDir = place('kept')
    const first = await startPostgres({ dataDir, keep: true })
    await query(first.url, 'create table kept as select 42 as answer')
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    const second = await startPostgres({ dataDir, keep: true })
    expect(await query(second.url, 'select answer from kept')).toEqual({ answer: 42 })
    await second.stop()
  })

  it('give an owner of the database that is no superuser, in UTF-8', async () => {
    const { url, stop } = await startPostgres()
    expect(await query(url, `select rolsuper, rolcreatedb from pg_roles where rolname = current_user`)).toEqual({ rolsuper: false, rolcreatedb: true })
    expect(await query(url, `select current_setting('server_encoding') as encoding, lower('É') as lower`)).toEqual({ encoding: 'UTF8', lower: 'é' })
    await stop()
  })

  it('want their password', async () => {
    const redis = await startRedis()
    const login = { host: '127.0.0.1', port: redis.port, username: '' }
    // One that answers too late has not answered.
    await waitFor(() => answersPing({ ...login, password: new URL(redis.url).password }), { message: 'an answer to who has the password' })
    expect(await answersPing({ ...login, password: '' })).toBe(false)
    await redis.stop()
  })

  it('say in one sentence that their port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(startPostgres({ port })).rejects.toThrow(/^The port for PostgreSQL is taken: [^\n]*$/)
    await expect(startRedis({ port })).rejects.toThrow(/^The port for Redis is taken: [^\n]*$/)
    other.close()
  })

  it('say in one sentence that another one uses the same data', async () => {
    const dataDir = place('shared')
    const one = await startPostgres({ dataDir, keep: true })
    await expect(startPostgres({ dataDir, keep: true })).rejects.toThrow(new RegExp(`process id ${one.pid}: stop the other AfroChat`))
    await one.stop()
    expect(existsSync(`${dataDir}.new`)).toBe(false)
  })
})

describe('freePortFrom', () => {
  it('gives the next port when the wanted one is taken, on whichever address, or promised to another', async () => {
    // Around it nobody takes ports and gives them back.
    const port = await aFreePort()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const next = await freePortFrom(port)
    expect(next).toBeGreaterThan(port)
    expect(await freePortFrom(port, new Set([next]))).toBeGreaterThan(next)
    await waitFor(() => isListening('127.0.0.1', port), { message: 'a connection to it' })
    other.close()
    await once(other, 'close')
    expect(await freePortFrom(port)).toBe(port)
    expect(await isListening('127.0.0.1', port)).toBe(false)
  })
})
