// npm run build: JavaScript of apps/ and packages/ in dist/, in the same layout. npm run build:prod: with the packages
// that it needs in production, so that dist/ can be copied to a machine that has only Node.js.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ServiceError } from './services/index.ts'
import { giveUp, step } from './toolchain/say.mjs'
import { ROOT } from './toolchain/toolchain.mjs'

const DIST = join(ROOT, 'dist')

/** What pnpm needs to know of a workspace, including the parts of it that are not built. */
const MANIFESTS = ['package.json', '{apps,packages,tests}/*/package.json', 'scripts/package.json']
const FILES = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.nvmrc', 'LICENSE', 'migrations']

try {
  await step('Compiling to dist/', async () => compile())
  if (process.argv.includes('--prod')) await step('Installing production dependencies in dist/', async () => installProduction())
} catch (error) {
  giveUp(error)
}

function compile(): void {
  rmSync(DIST, { recursive: true, force: true })
  run('tsc', ['--project', 'tsconfig.build.json'], ROOT)
  for (const path of FILES) cpSync(join(ROOT, path), join(DIST, path), { recursive: true })
  for (const path of globSync(MANIFESTS, { cwd: ROOT })) writeManifest(path)
}

/** Entry points are sources in the project and JavaScript in dist/. */
function writeManifest(path: string): void {
  const target = join(DIST, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, readFileSync(join(ROOT, path), 'utf8').replaceAll(/("\.\/src\/[^"]+)\.ts"/g, '$1.js"'))
}

function installProduction(): void {
  run('pnpm', ['install', '--prod', '--frozen-lockfile', '--ignore-scripts', '--filter', '{./apps/*}...', '--reporter=append-only'], DIST)
}

function run(program: string, args: string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, CI: 'true' } })
  if (status !== 0) throw new ServiceError(`"${program}" failed:\n${stdout}${stderr}`)
}
