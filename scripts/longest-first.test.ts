import { expect, it } from '@jest/globals'
import LongestFirst from './longest-first.mjs'

type Tests = Parameters<LongestFirst['sort']>[0]

interface File {
  readonly size: number
  /** Whether it passed, and for how long it ran. */
  readonly ran?: readonly [passed: 0 | 1, ms: number]
}

async function orderOf(files: Readonly<Record<string, File>>): Promise<string[]> {
  const sequencer = new LongestFirst({} as never) // It has no use for them.
  const ran = Object.fromEntries(Object.entries(files).flatMap(([path, one]) => (one.ran === undefined ? [] : [[path, one.ran]])))
  const context = { config: { cache: false }, hasteFS: { getSize: (path: string) => files[path]?.size } }
  // Not public: what Jest keeps of earlier runs.
  ;(sequencer as unknown as { readonly _cache: Map<unknown, unknown> })._cache.set(context, ran)
  // As much of them as the order depends on.
  const order = await sequencer.sort(Object.keys(files).map((path) => ({ path, context })) as unknown as Tests)
  return order.map(({ path }) => path)
}

it('of files that never ran, those whose length says nothing come first, then the longest', async () => {
  expect(await orderOf({ '/w/a.test.ts': { size: 10 }, '/w/b.test.ts': { size: 20 }, '/w/tests/authz/table.int.test.ts': { size: 1 } }))
    .toEqual(['/w/tests/authz/table.int.test.ts', '/w/b.test.ts', '/w/a.test.ts'])
})

it('what failed comes before them, and what ran before after them, by how long it took', async () => {
  const order = await orderOf({
    '/w/quick.test.ts': { size: 90, ran: [1, 5] }, '/w/failed.test.ts': { size: 1, ran: [0, 1] }, '/w/slow.test.ts': { size: 1, ran: [1, 500] },
    '/w/new.test.ts': { size: 10 }, '/w/tests/sync/replay.int.test.ts': { size: 1 },
  })
  expect(order).toEqual(['/w/failed.test.ts', '/w/tests/sync/replay.int.test.ts', '/w/new.test.ts', '/w/slow.test.ts', '/w/quick.test.ts'])
})
