import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aLog, findDisorder, snapshot, type LogFixture } from './log-fixture.ts'

const PROCESSES = 3
const WRITES_A_LANE = 40
const SNAPSHOTS = 10

let log: LogFixture
beforeAll(async () => {
  log = await aLog({ channels: 5 })
})
afterAll(() => log.close())

describe('many writers in several processes', () => {
  it('never leave a hole in positions or seqs, and every snapshot is a prefix', async () => {
    const script = new URL('log-writer.ts', import.meta.url).pathname
    const writers = Array.from({ length: PROCESSES }, () =>
      spawn(process.execPath, [script, log.url, String(WRITES_A_LANE), log.channels.join(',')], { stdio: ['pipe', 'ignore', 'inherit'] }))
    const exits = Promise.all(writers.map((writer) => once(writer, 'exit')))
    let running = true
    void exits.then(() => (running = false))

    let snapshots = 0
    while (running) {
      const events = await snapshot(log.db)
      expect(findDisorder(events)).toBeUndefined()
      if (events.length > 0) snapshots += 1
      // They go on until they have been looked at so often, however slow that is.
      if (snapshots === SNAPSHOTS) for (const { stdin } of writers) stdin.end()
    }

    // A deadlock that the unit of work did not retry would have ended its writer with an error.
    expect((await exits).map(([code]) => code as number)).toEqual(Array.from({ length: PROCESSES }, () => 0))
    const events = await snapshot(log.db)
    expect(findDisorder(events)).toBeUndefined()
    expect(events.length).toBeGreaterThan(PROCESSES * WRITES_A_LANE * 2)
  })
})
