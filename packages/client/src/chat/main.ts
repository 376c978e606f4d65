import { ApiError, NetworkError } from '../index.ts'
import { cleanName } from './clean-text.ts'
import { readConfig, USAGE } from './config.ts'
import { Mistake } from './mistake.ts'
import { createPipe } from './pipe.ts'
import { run } from './run.ts'
import { createTerminal } from './terminal.ts'

// `npm run chat -- … | head` closes our output early: nobody is left to write to.
process.stdout.on('error', () => process.exit(0))

process.exitCode = await main()
// Sockets that wait for an answer of a server that is gone must not keep a program that has ended.
process.exit()

async function main(): Promise<number> {
  try {
    const config = readConfig()
    if (config.help) {
      console.log(USAGE)
      return 0
    }
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY
    const here = isTerminal ? createTerminal(process.stdin, process.stdout) : createPipe(process.stdin, process.stdout)
    try {
      return await run(config, here)
    } finally {
      here.close()
    }
  } catch (error) {
    console.error(explain(error))
    return 1
  }
}

/** For a person. A fault of ours shows where it is. */
function explain(error: unknown): string {
  if (error instanceof Mistake) return `${error.message}\n--help lists the options.`
  if (error instanceof NetworkError) return `${error.message}. Is it running? "npm start" starts one on this machine; --url names another.`
  if (error instanceof ApiError) return cleanName(error.message)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
