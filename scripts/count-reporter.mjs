import { writeFileSync } from 'node:fs'

/** Writes "N passed, N failed" where scripts/test.mjs looks for it. A test file that does not even load is one failure. */
export default class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number }} results
   */
  onRunComplete(_contexts, results) {
    const file = process.env['AFROCHAT_TEST_COUNTS']
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    if (file) writeFileSync(file, `${results.numPassedTests} passed, ${failed} failed`)
  }
}
