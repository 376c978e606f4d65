import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '../services/index.ts'
import { capture } from '../toolchain/programs.mjs'
import { step } from '../toolchain/say.mjs'
import { HOME, ROOT } from '../toolchain/toolchain.mjs'

const COMMAND_LINE = join(ROOT, 'apps', 'migration', 'src', 'main.ts')

/** What the seeding said at the first start, above all how to sign in. */
const SAID = join(HOME, 'data', 'demo.txt')

/** Brings the tables up to date. */
export async function migrate(env: NodeJS.ProcessEnv): Promise<void> {
  await step('Migrating the database', () => run('up', env))
}

/** Fills an embedded database once with the demo workspace; answers what to tell about it. */
export async function seedOnce(env: NodeJS.ProcessEnv): Promise<string> {
  if (!existsSync(SAID)) writeFileSync(SAID, await step('Filling the demo workspace', () => run('seed', env)))
  return readFileSync(SAID, 'utf8').trim()
}

async function run(command: 'up' | 'seed', env: NodeJS.ProcessEnv): Promise<string> {
  const { status, output } = await capture(process.execPath, ['--disable-warning=ExperimentalWarning', COMMAND_LINE, command], { cwd: ROOT, env })
  if (status !== 0) throw new ServiceError(`"npm run ${command === 'up' ? 'migrate:up' : 'seed'}" failed. It says:\n${output.trim()}`)
  return output
}
