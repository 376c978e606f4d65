// npm start [-- --yes]: everything up, on any machine with Node.js 20 and npm. Here: what is needed to run TypeScript;
// the rest is start/main.ts.
import { mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { become } from './toolchain/programs.mjs'
import { Failure, giveUp, say } from './toolchain/say.mjs'
import { HOME, prepare, ROOT } from './toolchain/toolchain.mjs'

const HELP = `npm start [-- options]: starts AfroChat with all it needs.

  --yes    install Redis with the system's package manager, if it is missing, without asking
  --help   this

Settings come from the environment and from .env (see .env.example). Everything it makes is in .afrochat/.`

/** What Node.js, pnpm, the dependencies and an empty database take, with some room. */
const NEEDED_BYTES = 1_500_000_000

try {
  if (process.argv.includes('--help')) say(HELP)
  else process.exitCode = await start()
} catch (error) {
  giveUp(error)
}

async function start() {
  refuseFullDisk()
  const { node, env } = await prepare()
  return await become(node, [join(ROOT, 'scripts', 'start', 'main.ts'), ...process.argv.slice(2)], { cwd: ROOT, env, onMessage: () => undefined })
}

function refuseFullDisk() {
  const { bavail, bsize } = statfsSync(ROOT)
  const free = Number(bavail) * Number(bsize)
  // The second start needs little.
  const needed = mayBeFirstStart() ? NEEDED_BYTES : 100_000_000
  if (free < needed) throw new Failure(`The disk of ${ROOT} has ${megabytes(free)} MB free and ${megabytes(needed)} MB are needed: free some space and start again.`)
}

function mayBeFirstStart() {
  try {
    mkdirSync(HOME, { recursive: true })
    return !statfsSync(join(HOME, 'data'))
  } catch {
    // No data yet, or no right to write here: the next step says so.
    return true
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.floor(bytes / 1_000_000)
}
