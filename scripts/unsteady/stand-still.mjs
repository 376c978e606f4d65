import { setTimeout as delay } from 'node:timers/promises'
import { capture } from '../toolchain/programs.mjs'
import { Failure } from '../toolchain/say.mjs'

const STANDSTILL_MS = 1_500
const PAUSE_MS = { least: 5_000, most: 12_000 }

/**
 * From now on everything that this process started stands still every few seconds, as on a machine that others use, for as
 * long as this process lives. Resolves at once; throws where processes cannot be listed.
 */
export async function beginStandstills() {
  await running()
  void standStillAgainAndAgain()
}

async function standStillAgainAndAgain() {
  /** @type {number[]} */
  let stopped = []
  const wake = () => stopped.splice(0).forEach((pid) => signal(pid, 'SIGCONT'))
  process.once('exit', wake)
  for (;;) {
    await delay(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least), undefined, { ref: false })
    stopped = await running()
    for (const pid of stopped) signal(pid, 'SIGSTOP')
    await delay(STANDSTILL_MS)
    wake()
  }
}

/** What this process started, and what that started; without what a test has stopped itself. */
async function running() {
  const { status, output } = await capture('ps', ['-eo', 'pid=,ppid=,stat='])
  if (status !== 0) throw new Failure(`TEST_UNSTEADY needs the program "ps": install it (Debian: procps) and try again.\n${output}`)
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
