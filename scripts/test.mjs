// npm test [-- arguments for jest]: the tests, on throw-away services that are started only if a test needs them.
// TEST_UNSTEADY=1: on a machine that stands still now and then, and with lines that are slow at times.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { become } from './toolchain/programs.mjs'
import { giveUp } from './toolchain/say.mjs'
import { prepare, ROOT } from './toolchain/toolchain.mjs'
import { beginStandstills } from './unsteady/stand-still.mjs'

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')]

try {
  const { node, env } = await prepare()
  if (process.env['TEST_UNSTEADY'] === '1') {
    env['NODE_OPTIONS'] = `${env['NODE_OPTIONS'] ?? ''} --import ${pathToFileURL(join(ROOT, 'scripts', 'unsteady', 'slow-lines.mjs'))}`
    await beginStandstills()
  }
  // Jest ends before it could count: that is one failure, and it has said which.
  let counts = '0 passed, 1 failed'
  const args = [...JEST, ...process.argv.slice(2)]
  process.exitCode = await become(node, args, { cwd: ROOT, env, onMessage: (message) => (counts = String(message)) })
  // Machines read it: the very last line, whatever else was printed.
  console.log(counts)
} catch (error) {
  giveUp(error)
}
