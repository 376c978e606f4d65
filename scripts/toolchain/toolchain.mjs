// Brings what the project needs to run: its Node.js, its pnpm, its dependencies. Plain JavaScript for Node.js 20.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capture, explainInstall } from './programs.mjs'
import { Failure, step } from './say.mjs'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
/** Everything that running the project leaves behind. Only `data` in it is more than a cache. Tests have one of their own. */
export const HOME = process.env['AFROCHAT_HOME'] ?? join(ROOT, '.afrochat')

const TOOLS = join(HOME, 'toolchain')
const STAMP = join(HOME, 'installed')
/** Whoever has deleted node_modules wants it anew: of the root, or of the packages. */
const PROOFS = ['node_modules/.modules.yaml', 'scripts/node_modules/pg']

const WANTED = {
  node: readFileSync(join(ROOT, '.nvmrc'), 'utf8').trim(),
  pnpm: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).packageManager.replace(/^pnpm@/, ''),
}

/**
 * Makes sure of Node.js, pnpm and the dependencies, and answers how to run things with them. Takes no time and says
 * nothing when all is there.
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>}
 */
export async function prepare() {
  refuseWhatCannotWork()
  const node = isWantedNode(process.versions.node) ? process.execPath : await broughtNode()
  await installDependencies(node)
  return { node, env: environment(node) }
}

function refuseWhatCannotWork() {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Failure(`Node.js ${process.versions.node} is too old to begin with: install Node.js 20 or newer from https://nodejs.org.`)
  }
  if (process.platform === 'win32') {
    throw new Failure('Redis does not run on Windows itself: run this inside WSL 2 (https://learn.microsoft.com/windows/wsl/install).')
  }
}

/**
 * The same major version, and not older than the pinned one.
 * @param {string} version
 */
function isWantedNode(version) {
  const [major, minor = 0, patch = 0] = version.split('.').map(Number)
  const [wantedMajor, wantedMinor = 0, wantedPatch = 0] = WANTED.node.split('.').map(Number)
  return major === wantedMajor && (minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch))
}

async function broughtNode() {
  if (broughtVersion('node') !== WANTED.node || broughtVersion('pnpm') !== WANTED.pnpm) await bringTools()
  return join(TOOLS, 'node_modules', 'node', 'bin', 'node')
}

async function broughtPnpm() {
  const own = await capture('pnpm', ['--version'], { cwd: ROOT })
  if (own.status === 0 && own.output.trim().endsWith(WANTED.pnpm)) return 'pnpm'
  if (broughtVersion('pnpm') !== WANTED.pnpm) await bringTools()
  return join(TOOLS, 'node_modules', '.bin', 'pnpm')
}

/** @param {string} name */
function broughtVersion(name) {
  const manifest = join(TOOLS, 'node_modules', name, 'package.json')
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined
}

async function bringTools() {
  const what = `Bringing Node.js ${WANTED.node} and pnpm ${WANTED.pnpm} into .afrochat/toolchain (once, some 70 MB)`
  await step(what, async () => {
    makeHome()
    // Both packages unpack their binaries by an install script, which a personal .npmrc may have switched off.
    const args = ['install', '--prefix', TOOLS, '--no-audit', '--no-fund', '--ignore-scripts=false', '--loglevel=error']
    const result = await capture('npm', [...args, `node@${WANTED.node}`, `pnpm@${WANTED.pnpm}`], { cwd: HOME })
    if (result.status === 127) throw new Failure('There is no npm on PATH: install it (it comes with Node.js from https://nodejs.org).')
    if (result.status !== 0) throw explainInstall('Installing Node.js and pnpm from the npm registry', result.output)
  })
}

/** @param {string} node */
async function installDependencies(node) {
  const lock = createHash('sha256').update(readFileSync(join(ROOT, 'pnpm-lock.yaml'))).digest('hex')
  const isSame = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock
  if (isSame && PROOFS.every((path) => existsSync(join(ROOT, path)))) return
  const pnpm = await broughtPnpm()
  await step('Installing dependencies', async () => {
    makeHome()
    // Never ask: whoever replaces an old node_modules wants it replaced.
    const args = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false', '--reporter=append-only']
    const result = await capture(pnpm, args, { cwd: ROOT, env: { ...environment(node), CI: 'true' } })
    if (result.status !== 0) throw explainInstall('Installing the dependencies', result.output)
    writeFileSync(STAMP, lock)
  })
}

function makeHome() {
  try {
    mkdirSync(TOOLS, { recursive: true })
  } catch (error) {
    throw explainInstall('Making the folder .afrochat', String(error))
  }
}

/**
 * Programs of the project first, then its Node.js and pnpm, then the machine's own.
 * @param {string} node
 */
function environment(node) {
  const path = [join(ROOT, 'node_modules', '.bin'), dirname(node), join(TOOLS, 'node_modules', '.bin'), process.env['PATH'] ?? '']
  // Taking the types away and compiling is half of what a service does at its start: kept from one start to the next.
  const NODE_COMPILE_CACHE = join(HOME, 'compile-cache')
  return { DO_NOT_TRACK: '1', NODE_COMPILE_CACHE, ...process.env, PATH: path.join(delimiter) }
}
