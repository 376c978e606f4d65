/** Tells scripts/test.mjs, which has started us, how the tests went. A test file that does not even load is one failure. */
export default class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number }} results
   */
  onRunComplete(_contexts, results) {
    process.send?.(`${results.numPassedTests} passed, ${results.numFailedTests + results.numRuntimeErrorTestSuites} failed`)
  }
}
