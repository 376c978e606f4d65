import { setTimeout as delay } from 'node:timers/promises'
import { capture } from '../toolchain/programs.mjs'

const STANDSTILL_MS = 1_500
const PAUSE_MS = { least: 5_000, most: 12_000 }

/** Has everything that this process started stand still every few seconds, as on a machine that others use. For as long as it lives. */
export async function standStill() {
  /** @type {number[]} */
  let stopped = []
  const goOn = () => stopped.splice(0).forEach((pid) => signal(pid, 'SIGCONT'))
  process.once('exit', goOn)
  for (;;) {
    await delay(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least), undefined, { ref: false })
    stopped = await running()
    for (const pid of stopped) signal(pid, 'SIGSTOP')
    await delay(STANDSTILL_MS)
    goOn()
  }
}

/** What this process started, and what that started; without what a test has stopped itself. */
async function running() {
  const { output } = await capture('ps', ['-eo', 'pid=,ppid=,stat='])
  const processes = output.trim().split('\n').map((line) => {
    const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), isStopped: state.startsWith('T') }
  })
  const ours = new Set([process.pid])
  // A process may stand before its parent in the list.
  for (let before = 0; before < ours.size;) {
    before = ours.size
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid)
  }
  return processes.filter(({ pid, isStopped }) => ours.has(pid) && pid !== process.pid && !isStopped).map(({ pid }) => pid)
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}
