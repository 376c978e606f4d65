import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openStage, WriteLog, type Stage } from '@afrochat/test-stage'
import { startTestGateways, type TestGateways } from '../../apps/websocket/src/testing/test-gateway.ts'
import { readExpectations, rowsOf } from './src/expectation.ts'
import { createSocketJudge } from './src/socket-judge.ts'

let stage: Stage
let log: WriteLog
let gateways: TestGateways
let judge: ReturnType<typeof createSocketJudge>
beforeAll(async () => {
  stage = await openStage()
  log = await WriteLog.on(stage.databaseUrl)
  gateways = await startTestGateways({ DATABASE_URL: stage.databaseUrl, WEBSOCKET_MAX_PER_ADDRESS: '0', PRESENCE_LEASE_SECONDS: '3' })
  judge = createSocketJudge({ stage, log, url: gateways.url() })
})
afterAll(async () => {
  judge.close()
  await gateways.close()
  await log.close()
  await stage.close()
})

it.each(rowsOf('socket', readExpectations()).map((row) => [row.title, row] as const))('%s', async (_title, row) => {
  expect(await judge.rowOf(row)).toEqual(row.cells)
})
