import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { RouteDefinition } from '@afrochat/contracts'
import { openStage, WriteLog, type Stage } from '@afrochat/test-stage'
import { audienceOf } from './audience.ts'
import { operationsIn, readExpectations } from './expectation.ts'
import { createJudge, type Judge } from './judge.ts'

/** One test for each row of the table that is about these operations: everybody tries it, and what happened must be the row. */
export function describeRows(...routes: readonly Readonly<Record<string, RouteDefinition>>[]): void {
  const expectations = readExpectations()
  const chosen = operationsIn(expectations).filter(({ operation }) => routes.some((some) => Object.hasOwn(some, operation)))
  let stage: Stage
  let log: WriteLog
  let judge: Judge

  beforeAll(async () => {
    stage = await openStage()
    log = await WriteLog.on(stage.databaseUrl)
    judge = createJudge({ stage, log, audience: audienceOf(expectations) })
  }, 120_000)
  afterAll(async () => {
    await log.close()
    await stage.close()
  })

  it.each(chosen.map((row) => [row.title, row] as const))('%s', async (_title, row) => {
    expect(await judge.rowOf(row)).toEqual(row.cells)
  })
}
