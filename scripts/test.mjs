// npm test [-- arguments for jest]: the tests, on throw-away services that are started only if a test needs them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { become } from './toolchain/programs.mjs'
import { giveUp } from './toolchain/say.mjs'
import { prepare, ROOT } from './toolchain/toolchain.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'afrochat-test-'))
const counts = join(scratch, 'counts')
try {
  const { node, env } = await prepare()
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')]
  process.exitCode = await become(node, [...jest, ...process.argv.slice(2)], { cwd: ROOT, env: { ...env, AFROCHAT_TEST_COUNTS: counts } })
  console.log(lastLine())
} catch (error) {
  giveUp(error)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** Machines read it: the very last line, whatever else was printed. */
function lastLine() {
  try {
    return readFileSync(counts, 'utf8')
  } catch {
    // Jest ended before it could count: that is one failure, and it has said which.
    return '0 passed, 1 failed'
  }
}
