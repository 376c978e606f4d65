// node scripts/run.mjs <program> [arguments]: runs a program with the project's Node.js and dependencies, against the
// services that `npm start` or `npm run db:up` have running. All scripts of package.json go through it, so that they
// work on any machine with Node.js 20.
import { become } from './toolchain/programs.mjs'
import { settingsOfRunningStack } from './toolchain/running-stack.mjs'
import { giveUp } from './toolchain/say.mjs'
import { prepare } from './toolchain/toolchain.mjs'

const [program = 'node', ...args] = process.argv.slice(2)
try {
  const { node, env } = await prepare()
  process.exitCode = await become(program === 'node' ? node : program, args, { env: { ...settingsOfRunningStack(), ...env } })
} catch (error) {
  giveUp(error)
}
