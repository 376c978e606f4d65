import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import { openStage, WriteLog, type Stage } from '@afrochat/test-stage'
import { FirstLooks } from './src/first-looks.ts'
import { replayScenario } from './src/replay-scenario.ts'
import { CHANGES_NOTHING, scenarios } from './src/scenarios.ts'

let stage: Stage
let log: WriteLog
let firstLooks: FirstLooks
beforeAll(async () => {
  stage = await openStage()
  log = await WriteLog.on(stage.databaseUrl)
  firstLooks = new FirstLooks(stage)
})
afterAll(async () => {
  await log.close()
  await stage.close()
})

it('every operation that changes something has a scenario', () => {
  const changing = Object.entries<RouteDefinition>(routeCatalogue).filter(([, { method }]) => method !== 'GET').map(([name]) => name)
  expect(Object.keys(scenarios).toSorted()).toEqual(changing.toSorted())
})

describe('what everybody read before and the events since are what they read now', () => {
  const all = Object.entries(scenarios).flatMap(([operation, some]) => some.map((scenario) => ({ operation, scenario })))
  it.each(all.map((one) => [`${one.operation} · ${one.scenario.object} · ${one.scenario.by}`, one] as const))('%s', async (_title, { operation, scenario }) => {
    const { viewers, written } = await replayScenario({ stage, log, firstLooks }, operation, scenario)
    expect(written.length > 0).toBe(!CHANGES_NOTHING.has(operation))
    for (const [name, { known, read }] of Object.entries(viewers)) expect({ name, known }).toEqual({ name, known: read })
  })
})
