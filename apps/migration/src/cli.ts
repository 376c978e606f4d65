import { types } from 'node:util'
import { UsageError, type Command, type Terminal } from './command.ts'
import { account } from './commands/account.ts'
import { audit } from './commands/audit.ts'
import { create } from './commands/create.ts'
import { down } from './commands/down.ts'
import { importCommand } from './commands/import-slack.ts'
import { recount } from './commands/recount.ts'
import { seed } from './commands/seed.ts'
import { status } from './commands/status.ts'
import { up } from './commands/up.ts'
import { loadMigrationConfig } from './config.ts'
import { explain } from './explain.ts'

/** Exit codes: 0 done, 1 failed, 2 not understood. */
const FAILED = 1
const NOT_UNDERSTOOD = 2

const commands: Readonly<Record<string, Command>> = { up, down, status, create, seed, import: importCommand, account, recount, audit }

/** Runs one command; answers the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = args
  if (['help', '--help', '-h'].includes(name)) {
    terminal.say(help())
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    terminal.complain(`There is no command ${JSON.stringify(name)}.\n\n${help()}`)
    return NOT_UNDERSTOOD
  }
  try {
    await command.run(rest, { terminal, config: loadMigrationConfig })
    return 0
  } catch (error) {
    if (isUsageError(error)) {
      terminal.complain(`${error.message}\n\nUsage: ${command.usage}`)
      return NOT_UNDERSTOOD
    }
    terminal.complain(explain(error))
    return FAILED
  }
}

/** Our own, or one of node:util's parseArgs, which may be of another realm. */
function isUsageError(error: unknown): error is Error {
  return error instanceof UsageError || (types.isNativeError(error) && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
}

function help(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length))
  const lines = Object.values(commands).map(({ usage, summary }) =>
    usage.length > 40 ? `  ${usage}\n  ${' '.repeat(Math.min(width, 40))}  ${summary}` : `  ${usage.padEnd(Math.min(width, 40))}  ${summary}`)
  return ['The command line of AfroChat. Settings come from the environment and from .env (see .env.example).', '', ...lines].join('\n')
}
