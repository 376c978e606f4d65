import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '../services/index.ts'
import { capture } from '../toolchain/programs.mjs'
import { step } from '../toolchain/say.mjs'
import { ROOT } from '../toolchain/toolchain.mjs'

const COMMAND_LINE = join(ROOT, 'apps', 'migration', 'src', 'main.ts')

/** Brings the tables up to date. */
export async function migrate(env: NodeJS.ProcessEnv): Promise<void> {
  await step('Migrating the database', () => run('up', env))
}

/** Fills an embedded database once with the demo workspace; answers what to tell about it, above all how to sign in. */
export async function seedOnce(dataDir: string, env: NodeJS.ProcessEnv): Promise<string> {
  // Beside the data, so that both go together.
  const said = `${dataDir}.demo.txt`
  if (!existsSync(said)) writeFileSync(said, await step('Filling the demo workspace', () => run('seed', env)))
  return readFileSync(said, 'utf8').trim()
}

async function run(command: 'up' | 'seed', env: NodeJS.ProcessEnv): Promise<string> {
  const { status, output } = await capture(process.execPath, ['--disable-warning=ExperimentalWarning', COMMAND_LINE, command], { cwd: ROOT, env })
  if (status !== 0) throw new ServiceError(`"npm run ${command === 'up' ? 'migrate:up' : 'seed'}" failed. It says:\n${output.trim()}`)
  return output
}
