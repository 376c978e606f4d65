import { expect, it } from '@jest/globals'
import { createLogger } from '@afrochat/logger'
import { waitFor } from '@afrochat/test-support'
import { startRounds } from './rounds.ts'

function aLogger() {
  const lines: string[] = []
  const logger = createLogger({ service: 'test', level: 'info', destination: { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) } })
  return { logger, lines }
}

it('a round is done at once, again while there is more, and again after its time', async () => {
  let runs = 0
  const { logger } = aLogger()
  const rounds = startRounds([{ name: 'r', everyMs: 20, run: async () => ((runs += 1) < 5 ? 'more' : 'done') }], logger)
  await waitFor(() => runs >= 8)
  await rounds.stop()
  const then = runs
  await new Promise(setImmediate)
  expect(runs).toBe(then)
})

it('one that fails is told of once and goes on, and disturbs no other', async () => {
  const { logger, lines } = aLogger()
  let [failing, working] = [0, 0]
  const rounds = startRounds([
    {
      name: 'failing', everyMs: 5,
      async run() {
        failing += 1
        if (failing < 10) throw new Error('no database')
        return 'done'
      },
    },
    { name: 'working', everyMs: 5, run: async () => ((working += 1), 'done') },
  ], logger)
  await waitFor(() => failing > 10 && working > 10)
  await rounds.stop()
  expect(lines).toEqual(['A round failed; it is tried again each time', 'A round works again'])
})

it('one that is seldom done and fails is tried again soon', async () => {
  let runs = 0
  const rounds = startRounds([{ name: 'hourly', everyMs: 3_600_000, run: async () => ((runs += 1) < 2 ? Promise.reject(new Error('Redis is away')) : 'done') }], aLogger().logger)
  // Or it would be waited for until its hour has come.
  await waitFor(() => runs === 2).finally(() => rounds.stop())
})

it('stopping waits for what is under way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let ended = false
  const rounds = startRounds([{ name: 'r', everyMs: 1, run: async () => promise.then(() => ((ended = true), 'done' as const)) }], aLogger().logger)
  const stopped = rounds.stop()
  resolve()
  await stopped
  expect(ended).toBe(true)
})
