import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { PATIENT } from '@afrochat/test-support'

const MAIN = new URL('../main.ts', import.meta.url).pathname

export interface Ended {
  /** Null: killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** For the tests: a command in a process of its own, which may be killed. */
export function startCommand(databaseUrl: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: databaseUrl, ...PATIENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'exit')])
    .then(([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }))
  return { child, ended }
}

/** Runs it to its end. */
export const runCommand = (databaseUrl: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  startCommand(databaseUrl, args, env).ended

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}
