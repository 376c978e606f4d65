import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, openSync, readSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ServiceError } from './service-error.ts'

/** A program to run so that it never outlives the process that started it. */
export interface GuardedCommand {
  command: string
  args: readonly string[]
  /** Everything the program writes is appended here. Undefined: kept while it runs, for its last words. */
  logFile?: string | undefined
  /** What asks the program to stop. */
  stopSignal: 'INT' | 'QUIT' | 'TERM'
  /** How long it may take to stop before it is killed. */
  graceSeconds: number
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Run as this user: only root may ask for it. */
  runAs?: { uid: number; gid: number } | undefined
  /** A directory that is deleted once the program has ended. */
  scrapDir?: string | undefined
}

/** How a program ended. */
export interface Ended {
  status: number
  /** The end of what it wrote: why it ended, one hopes. */
  lastWords: string
}

/** A program under guard. */
export interface GuardedProcess {
  /** Of the program itself, not of its guard. */
  pid: number
  /** Settles when the program has ended, for whatever reason. Never rejects. */
  exited: Promise<Ended>
  /** Asks the program to stop, kills it after the grace period, and waits for its end. May be called twice. */
  stop(): Promise<void>
}

/*
 * The guard: a shell in a session of its own (a Ctrl-C in the terminal does not reach it) that starts the program and
 * reads from a pipe whose other end only our process holds. The kernel closes that end when our process ends in any
 * way, kill -9 included; the read then ends and the guard stops the program. An exit handler could not promise that.
 * $1 stop signal, $2 grace in seconds, $3 directory to delete at the end or '', then the command.
 * File descriptor 3: where the program's pid is reported. 4: a copy of the pipe, since a shell gives background
 * commands an empty stdin.
 */
const GUARD = `
unset GUARD
signal=$1 grace=$2 scrap=$3
shift 3
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
program=$!
echo "$program" >&3
exec 3>&-
(
  while read -r _; do :; done <&4
  kill -s "$signal" "$program"
  tenths=$((grace * 10))
  while [ "$tenths" -gt 0 ] && kill -s 0 "$program"; do sleep 0.1; tenths=$((tenths - 1)); done
  kill -s KILL "$program"
) >/dev/null 2>&1 &
watcher=$!
wait "$program"
status=$?
kill "$watcher" 2>/dev/null
if [ -n "$scrap" ]; then cd / && rm -rf "$scrap"; fi
exit "$status"
`

/**
 * Starts a program that ends when this process does, however it does. Neither the program nor its guard keeps this
 * process alive.
 */
export async function startGuarded(program: GuardedCommand): Promise<GuardedProcess> {
  const log = openLog(program.logFile)
  const guard = spawnGuard(program, log)
  const exited = endOf(guard, log)
  const pid = await programPid(guard)
  // Should somebody kill the guard itself, the program is ours to end.
  void exited.then(() => killIfAlive(pid))
  return {
    pid,
    exited,
    async stop() {
      guard.stdin?.end()
      guard.ref()
      await exited
    },
  }
}

/** Without a name to keep it under, the file loses its name at once: nothing is left behind, however we end. */
function openLog(logFile: string | undefined): number {
  if (logFile !== undefined) {
    mkdirSync(dirname(logFile), { recursive: true })
    return openSync(logFile, 'a+', 0o600)
  }
  const passing = join(tmpdir(), `afrochat-log-${randomUUID()}`)
  const log = openSync(passing, 'ax+', 0o600)
  unlinkSync(passing)
  return log
}

function spawnGuard(program: GuardedCommand, log: number): ChildProcess {
  const settings = [program.stopSignal, String(program.graceSeconds), program.scrapDir ?? '']
  const guard = spawn('/bin/sh', ['-c', 'eval "$GUARD"', 'guard', ...settings, program.command, ...program.args], {
    detached: true,
    stdio: ['pipe', log, log, 'pipe'],
    cwd: program.cwd,
    // By the environment, so that a list of processes stays readable.
    env: { ...(program.env ?? process.env), GUARD },
    ...program.runAs,
  })
  // The guard may be gone before we close the pipe to it: that is not an error.
  guard.stdin?.on('error', () => undefined)
  guard.unref()
  for (const pipe of guard.stdio) if (pipe instanceof Socket) pipe.unref()
  return guard
}

function endOf(guard: ChildProcess, log: number): Promise<Ended> {
  return new Promise((resolve) => {
    const end = (status: number): void => {
      guard.stdin?.destroy()
      resolve({ status, lastWords: closeLog(log) })
    }
    guard.once('error', () => end(127))
    guard.once('exit', (code) => end(code ?? 1))
  })
}

/** The tail of the log: 4,000 bytes hold the reason without filling the screen. */
function closeLog(log: number): string {
  const { size } = fstatSync(log)
  const tail = Buffer.alloc(Math.min(size, 4_000))
  readSync(log, tail, 0, tail.length, size - tail.length)
  closeSync(log)
  return tail.toString('utf8')
}

async function programPid(guard: ChildProcess): Promise<number> {
  const pidPipe = guard.stdio[3]
  if (guard.pid === undefined || !(pidPipe instanceof Socket)) {
    throw new ServiceError('Could not start /bin/sh, which guards the services: it is missing, or the machine is out of processes.')
  }
  pidPipe.ref()
  let text = ''
  for await (const chunk of pidPipe.setEncoding('utf8')) text += String(chunk)
  const pid = Number.parseInt(text, 10)
  if (!Number.isSafeInteger(pid)) throw new ServiceError('The guard of a service ended before it could start it: start again.')
  return pid
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already, which is what is wanted.
  }
}
