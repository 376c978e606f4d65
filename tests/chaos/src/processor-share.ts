import { readdirSync, readFileSync } from 'node:fs'

interface Spent {
  readonly ours: number
  readonly idle: number
  readonly all: number
}

/**
 * How many times as long everything took, from this moment to the call, because other programs use the machine as well: 1 when
 * it is ours alone, 2 when half of its processors' time went to others.
 */
export function noteSlowdown(): () => number {
  const before = spentNow()
  return () => {
    const after = spentNow()
    const all = after.all - before.all
    const others = all - (after.idle - before.idle) - (after.ours - before.ours)
    return 1 / (1 - Math.min(MOST_OF_IT, Math.max(0, others / all)))
  }
}

const MOST_OF_IT = 0.95

/** In the kernel's ticks, see proc(5). */
function spentNow(): Spent {
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...interrupts] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/).slice(1, 9).map(Number) ?? []
  return { ours: ticksOfTree(), idle: idle + wait, all: user + nice + system + idle + wait + interrupts.reduce((sum, ticks) => sum + ticks, 0) }
}

/** Of this process and all that it has started, those that have ended included. */
function ticksOfTree(): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => readProcess(Number(pid)))
  const ours = new Set([process.pid])
  for (let size = 0; size < ours.size;) {
    size = ours.size
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid)
  }
  return processes.filter(({ pid }) => ours.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0)
}

function readProcess(pid: number): { pid: number; parent: number; ticks: number }[] {
  try {
    // Behind the name, which may hold anything: state, parent, … and the times from the twelfth on.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return [{ pid, parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) }]
  } catch {
    // It has ended since it was listed.
    return []
  }
}
