// npm run authz:mutate: makes each entry of the tables of permissions wrong, one at a time, and each verdict of
// post_messages, and sees whether a cell of expected.csv notices. Whatever nothing notices is a right that nobody tests.
import { openStage, WriteLog, type ActorCode } from '@afrochat/test-stage'
import { setUp, tearDown } from '../support/src/global-setup.ts'
import { audienceOf } from './src/audience.ts'
import { operationsIn, readExpectations, type Expectation } from './src/expectation.ts'
import { createJudge, type Judge } from './src/judge.ts'
import { takeEntries, type PermissionEntry } from './src/permission-entries.ts'
import { postingFlips } from './src/posting-verdicts.ts'

interface Cell {
  readonly row: Expectation
  readonly actor: ActorCode
}

const titleOf = ({ row, actor }: Cell): string => `${row.title} · ${actor}`

/** Nobody can be this: what the tables say of it is never asked. */
const IMPOSSIBLE = / direct manager_in$/

await setUp({ maxWorkers: 1 })
try {
  process.exitCode = (await run()) ? 0 : 1
} finally {
  await tearDown()
}

async function run(): Promise<boolean> {
  const expectations = readExpectations()
  const cells = operationsIn(expectations).flatMap((row) => (Object.keys(row.cells) as ActorCode[]).map((actor) => ({ row, actor })))
  const stage = await openStage()
  const log = await WriteLog.on(stage.databaseUrl)
  const judge = createJudge({ stage, log, audience: audienceOf(expectations) })
  const readers = new Map<string, Cell[]>()
  let reading: Cell | undefined
  const entries = takeEntries((name) => {
    const known = readers.get(name) ?? []
    if (reading !== undefined && known.at(-1) !== reading) readers.set(name, [...known, reading])
  })

  console.log(`${cells.length} cells, as they are`)
  for (const cell of cells) {
    reading = cell
    if (await notices(judge, cell)) throw new Error(`${titleOf(cell)} is not as expected before anything was changed`)
  }
  reading = undefined

  const survivors = [...await flipEntries(judge, entries, readers), ...await flipPosting(judge, cells)]
  for (const title of survivors) console.log(`SURVIVED ${title}`)
  console.log(`${survivors.length} survived`)
  await log.close()
  await stage.close()
  return survivors.length === 0

  async function flipPosting(by: Judge, all: readonly Cell[]): Promise<string[]> {
    const sending = all.filter(({ row }) => row.operation === 'sendMessage')
    const flips = await postingFlips(stage)
    const survived: string[] = []
    for (const { title, apply, undo } of flips) {
      await apply()
      if (!(await isNoticed(by, sending))) survived.push(title)
      await undo()
    }
    console.log(`${flips.length} flips of post_messages`)
    return survived
  }
}

async function flipEntries(judge: Judge, entries: readonly PermissionEntry[], readers: ReadonlyMap<string, readonly Cell[]>): Promise<string[]> {
  const survived: string[] = []
  let flips = 0
  for (const { name, holds, wrong, set } of entries) {
    if (IMPOSSIBLE.test(name)) continue
    for (const { title, value } of wrong) {
      set(value)
      if (!(await isNoticed(judge, readers.get(name) ?? []))) survived.push(`${name} → ${title}`)
      flips += 1
    }
    set(holds)
  }
  console.log(`${flips} flips of the tables of permissions`)
  return survived
}

async function isNoticed(judge: Judge, cells: readonly Cell[]): Promise<boolean> {
  for (const cell of cells) if (await notices(judge, cell)) return true
  return false
}

async function notices(judge: Judge, { row, actor }: Cell): Promise<boolean> {
  return (await judge.cellOf(row, actor)) !== row.cells[actor]
}
