// npm run authz:mutate: makes each entry of the tables of permissions wrong, one at a time, and each verdict of
// post_messages, and sees whether a cell of expected.csv notices. Whatever nothing notices is a right that nobody tests.
import { openStage, WriteLog, type ActorCode } from '@afrochat/test-stage'
import { setUp, tearDown } from '../support/src/global-setup.ts'
import { audienceOf } from './src/audience.ts'
import { excuseFor } from './src/excused.ts'
import { operationsIn, readExpectations, type Expectation } from './src/expectation.ts'
import { createJudge, type Judge } from './src/judge.ts'
import { takeEntries, type PermissionEntry } from './src/permission-entries.ts'
import { postingFlips } from './src/posting-verdicts.ts'

interface Cell {
  readonly row: Expectation
  readonly actor: ActorCode
}

const titleOf = ({ row, actor }: Cell): string => `${row.title} · ${actor}`

await setUp({ maxWorkers: 1 })
const stage = await openStage()
const log = await WriteLog.on(stage.databaseUrl)
try {
  process.exitCode = (await run()) ? 0 : 1
} finally {
  await log.close()
  await stage.close()
  await tearDown()
}

/** True: nothing survived. */
async function run(): Promise<boolean> {
  const expectations = readExpectations()
  const cells = operationsIn(expectations).flatMap((row) => (Object.keys(row.cells) as ActorCode[]).map((actor) => ({ row, actor })))
  const judge = createJudge({ stage, log, audience: audienceOf(expectations) })
  const { entries, readers } = await tryAll(judge, cells)
  const survivors = [...await flipEntries(judge, entries, readers), ...await flipPosting(judge, cells)]
  for (const title of survivors) console.log(`SURVIVED ${title}`)
  console.log(`${survivors.length} survived`)
  return survivors.length === 0
}

/** As they are, every cell must be as expected. Tells which entries of the permissions each of them looks at. */
async function tryAll(judge: Judge, cells: readonly Cell[]): Promise<{ entries: PermissionEntry[]; readers: ReadonlyMap<string, readonly Cell[]> }> {
  const readers = new Map<string, Cell[]>()
  let reading: Cell | undefined
  const entries = takeEntries((name) => {
    const known = readers.get(name) ?? []
    if (reading !== undefined && known.at(-1) !== reading) readers.set(name, [...known, reading])
  })
  for (const cell of cells) {
    reading = cell
    const word = await judge.cellOf(cell.row, cell.actor)
    if (word !== cell.row.cells[cell.actor]) throw new Error(`${titleOf(cell)} is "${word}" before anything was changed`)
  }
  reading = undefined
  console.log(`${cells.length} cells as expected`)
  return { entries, readers }
}

async function flipEntries(judge: Judge, entries: readonly PermissionEntry[], readers: ReadonlyMap<string, readonly Cell[]>): Promise<string[]> {
  const survived: string[] = []
  const excused = new Map<string, number>()
  let flips = 0
  for (const entry of entries) {
    const cells = readers.get(entry.name) ?? []
    for (const { title, value } of entry.wrong) {
      entry.set(value)
      flips += 1
      if (await isNoticed(judge, cells)) continue
      const excuse = excuseFor(entry, title)
      if (excuse === undefined) survived.push(`${entry.name} → ${title} (${cells.length} cells look at it)`)
      else excused.set(excuse, (excused.get(excuse) ?? 0) + 1)
    }
    entry.set(entry.holds)
  }
  console.log(`${flips} flips of ${entries.length} entries of the tables of permissions, ${survived.length} survived`)
  for (const [excuse, count] of excused) console.log(`  ${count} that nothing can notice: ${excuse}`)
  return survived
}

async function flipPosting(judge: Judge, cells: readonly Cell[]): Promise<string[]> {
  const sending = cells.filter(({ row }) => row.operation === 'sendMessage')
  const flips = await postingFlips(stage)
  const survived: string[] = []
  for (const { title, apply, undo } of flips) {
    await apply()
    if (!(await isNoticed(judge, sending))) survived.push(title)
    await undo()
  }
  console.log(`${flips.length} flips of the verdicts of judge_posts, ${survived.length} survived`)
  return survived
}

async function isNoticed(judge: Judge, cells: readonly Cell[]): Promise<boolean> {
  for (const cell of cells) if (await notices(judge, cell)) return true
  return false
}

async function notices(judge: Judge, { row, actor }: Cell): Promise<boolean> {
  return (await judge.cellOf(row, actor)) !== row.cells[actor]
}
