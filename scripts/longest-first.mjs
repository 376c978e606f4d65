import { createRequire } from 'node:module'

// Its types are those of the CommonJS module.
/** @type {typeof import('@jest/test-sequencer', { with: { 'resolution-mode': 'require' } })} */
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer')

/** Files that take long, however short they are: they try a table of thousands of cases, or a race many times, or start whole services. */
const LONG = /\/tests\/(?:authz|sync|e2e)\/|\/apps\/migration\/|(?:races|model|plans|replay)\.int\.test\.ts$/

/**
 * Which test file is run first: as Jest has it, those that failed, and then the longest, so that no worker has a long one
 * left when the others are done. Of files that it has never run, Jest knows only the size.
 */
export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {Parameters<InstanceType<typeof Sequencer>['sort']>[0]} tests
   */
  async sort(tests) {
    const order = await super.sort(tests)
    const unknown = order.filter(({ duration }) => duration === undefined)
    const unknownInOrder = [...unknown.filter(({ path }) => LONG.test(path)), ...unknown.filter(({ path }) => !LONG.test(path))].values()
    return order.map((test) => (test.duration === undefined ? unknownInOrder.next().value ?? test : test))
  }
}
