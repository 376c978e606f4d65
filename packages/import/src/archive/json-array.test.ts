import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readJsonArray } from './json-array.ts'

describe('readJsonArray', () => {
  it('gives what JSON.parse would, however the bytes are cut into chunks', async () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 8 })
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
    await fc.assert(fc.asyncProperty(values, fc.boolean(), cuts, async (values, pretty, cuts) => {
      const text = JSON.stringify(values, null, pretty ? 1 : undefined)
      expect(await read(chunksOf(Buffer.from(text), cuts))).toEqual(JSON.parse(text))
    }), { numRuns: 300 })
  })

  it.each(['[]', ' [ ] ', '\ufeff[1]', '[1]\n', '["]", "\\"[,", {"a": [1, {"b": "}"}]}]', '["\\ud83d", "é🦒"]'])('reads %j', async (text) => {
    expect(await read([Buffer.from(text)])).toEqual(JSON.parse(text.replace('\ufeff', '')))
  })

  it.each([
    '', ' ', '{}', 'null', '"[]"', '[', '[1', '[1,', '[1,]', '[,1]', '[1 2]', '[1}', '[{]', '[[1]', '[{"a":1]', '[1]]', '[1][2]', '[1] x',
    '["a]', '[nul]', '[{"a":1,}]', '[\'a\']', '[NaN]', '[0x10]', '{"a":1}', '[1]\0', '["\u0001"]',
  ])('refuses %j and names the file', async (text) => {
    await expect(read([Buffer.from(text)])).rejects.toMatchObject({ code: 'archive_refused', message: expect.stringContaining('"day.json" cannot be read') })
  })

  it('refuses what is not UTF-8', async () => {
    await expect(read([Buffer.from('5b22c3285d', 'hex')])).rejects.toMatchObject({ code: 'archive_refused' })
    await expect(read([Buffer.from('5b22c328225d', 'hex')])).rejects.toMatchObject({ code: 'archive_refused', message: expect.stringContaining('element 1') })
    await expect(read([Buffer.from('[1]', 'utf16le')])).rejects.toMatchObject({ code: 'archive_refused' })
  })

  it('holds one element in memory: a file of any size, but no element of any size', async () => {
    const element = Buffer.from(`"${'x'.repeat(1000)}",`)
    async function* large() {
      yield Buffer.from('[')
      for (let index = 0; index < 20_000; index += 1) yield element
      yield Buffer.from('0]')
    }
    let count = 0
    for await (const _ of readJsonArray(large(), { name: 'day.json', maxElementBytes: 1100 })) count += 1
    expect(count).toBe(20_001)

    async function* endless() {
      yield Buffer.from('["')
      for (;;) yield Buffer.alloc(500, 'x')
    }
    const reading = gather(readJsonArray(endless(), { name: 'day.json', maxElementBytes: 10_000 }))
    await expect(reading).rejects.toMatchObject({ code: 'archive_too_large', message: expect.stringContaining('element 1 of "day.json"') })
  })

  it('survives nesting as deep as an element may be', async () => {
    const depth = 1_000_000
    const elements = await read([Buffer.from(`[${'['.repeat(depth)}${']'.repeat(depth)}]`)])
    expect(elements).toHaveLength(1)
  })
})

async function read(chunks: Iterable<Buffer>): Promise<unknown[]> {
  return gather(readJsonArray(stream(chunks), { name: 'day.json', maxElementBytes: 4 * 1024 ** 2 }))
}

async function gather(elements: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const element of elements) all.push(element)
  return all
}

async function* stream(chunks: Iterable<Buffer>) {
  yield* chunks
}

function* chunksOf(bytes: Buffer, cuts: number[]): Generator<Buffer> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1
    yield bytes.subarray(start, start + size)
    start += size
  }
}
