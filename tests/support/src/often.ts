/** `npm run test:long`: everything that is tried again and again is tried more often. */
const IS_LONG = process.env['TEST_LONG'] === '1'

/** How often to try what may go wrong only sometimes (a race, a random history): so often in a long run, else a third of it. */
export const often = (times: number): number => (IS_LONG ? times : Math.ceil(times / 3))
