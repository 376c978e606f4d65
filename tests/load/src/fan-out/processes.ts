import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

export const SERVER_CORE = 0
export const LOAD_CORE = 1

/** On one core, or a system without `taskset`, all share what there is; the figures are then worse and the order of them the same. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Puts a running process, with all of its threads, onto a core; what it starts from then on is there too. */
export function pin(pid: number, core: number): void {
  if (canPin) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
}

/** A TypeScript program of ours in a process of its own, with a channel to it. Ends with this process. */
export function startOn(core: number, script: URL, args: readonly string[] = []): ChildProcess {
  const node = [...profiling(core), script.pathname, ...args]
  const [command, ...rest] = canPin ? ['taskset', '--cpu-list', String(core), process.execPath, ...node] : [process.execPath, ...node]
  return spawn(command ?? '', rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } })
}

/** FANOUT_PROFILE=<directory>: a profile of each server is left there. */
export function profiling(core: number): string[] {
  const directory = process.env['FANOUT_PROFILE']
  return directory === undefined || core !== SERVER_CORE ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`]
}

/** Processor time of the process so far, of all its threads; of a whole system call's grain. Linux alone tells it of others. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Behind the name, which may have spaces: 12 and 13 are user and system time in hundredths.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Memory that the process holds. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
