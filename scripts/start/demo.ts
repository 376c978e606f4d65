import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ServiceError } from '../services/index.ts'
import { capture } from '../toolchain/programs.mjs'
import { step } from '../toolchain/say.mjs'
import { ROOT } from '../toolchain/toolchain.mjs'

const COMMAND_LINE = join(ROOT, 'apps', 'migration', 'src', 'main.ts')

/** Brings the tables up to date. */
export async function migrate(env: NodeJS.ProcessEnv): Promise<void> {
  await step('Migrating the database', () => run(env, 'up'))
}

/**
 * Fills an embedded database once with the demo workspace, and with the messages of a real community where an export is
 * at hand; answers what to tell about it, above all how to sign in. Stopped on the way, the next start goes on with it.
 */
export async function seedOnce(dataDir: string, env: NodeJS.ProcessEnv): Promise<string> {
  // Beside the data, so that both go together.
  const said = `${dataDir}.demo.txt`
  if (existsSync(said)) return readFileSync(said, 'utf8').trim()
  const demo = await step('Filling the demo workspace', () => run(env, 'seed'))
  const path = demoExport(env)
  const told = [demo.trim(), ...(path === undefined ? [] : [await importExport(path, env)])].join('\n')
  writeFileSync(said, `${told}\n`)
  return told
}

/** A Slack export to fill a second workspace with: the one that is named, or that which lies beside this folder. */
function demoExport(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['AFROCHAT_DEMO_EXPORT']
  if (named) return named
  const beside = join(ROOT, '..', 'shared', 'data', 'racket-slack-export.zip')
  return existsSync(beside) ? beside : undefined
}

/** The demo is fine without it: what is wrong with the file is told and keeps nobody from starting. */
async function importExport(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  const into = ['--workspace', 'Community', '--owner', 'ada', '--join', 'ada,kofi']
  try {
    const report = await step(`Importing ${basename(path)}`, () => run(env, 'import', 'slack', path, ...into))
    const [, imported = 'nothing'] = /^Imported +(.*) into/m.exec(report) ?? []
    return `Imported    ${imported} into the workspace "Community" (community), from ${basename(path)}`
  } catch (error) {
    if (error instanceof ServiceError) return error.message
    throw error
  }
}

async function run(env: NodeJS.ProcessEnv, ...command: string[]): Promise<string> {
  const { status, output } = await capture(process.execPath, ['--disable-warning=ExperimentalWarning', COMMAND_LINE, ...command], { cwd: ROOT, env })
  if (status !== 0) throw new ServiceError(`"npm run ${command[0] === 'up' ? 'migrate:up' : command[0] ?? ''}" failed. It says:\n${output.trim()}`)
  return output
}
