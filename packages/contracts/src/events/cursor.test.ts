import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newId, type WorkspaceId } from '@afrochat/kernel'
import { blankMessagePayload } from './blank.ts'
import { decodeLogCursor, encodeLogCursor } from './cursor.ts'
import { shardOf } from './streams.ts'

describe('the cursor of the log', () => {
  const position = fc.record({
    epoch: fc.stringMatching(/^[0-9a-f]{12}$/), shard: fc.integer({ min: 0, max: 1023 }), pos: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  })

  it('gives back what it was made of, one position a shard', () => {
    fc.assert(fc.property(fc.uniqueArray(position, { minLength: 1, maxLength: 64, selector: ({ shard }) => shard }), (positions) => {
      expect(decodeLogCursor(positions.map(encodeLogCursor).join(','))).toEqual(positions)
    }))
  })

  it.each([
    '', '.', 'abc', 'abc.0', 'abc.0.-1', 'abc.0.1.5', 'abc.0.1e3', 'abc.0.99999999999999999', 'ABC.0.1', 'abc.0.1,', 'abc.0.1,abc.0.2', ' abc.0.1',
    'abc.0.1\n', 'a'.repeat(10_000_000), Array.from({ length: 65 }, (_, shard) => `abc.${shard}.1`).join(','),
  ])('is none: %#', (text) => {
    expect(decodeLogCursor(text)).toBeUndefined()
  })

  it('never throws, whatever a client sends', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void decodeLogCursor(text)))
  })
})

describe('shards', () => {
  it('are found by the workspace alone, and share the load', () => {
    const counts = Array.from({ length: 4 }, () => 0)
    for (let index = 0; index < 4_000; index += 1) {
      const shard = shardOf(newId<WorkspaceId>(), 4)
      counts[shard] = (counts[shard] ?? 0) + 1
    }
    for (const count of counts) expect(count).toBeGreaterThan(700)
    expect(shardOf(null, 4)).toBe(0)
  })
})

describe('a blanked payload', () => {
  it('keeps its place and loses its words', () => {
    const payload = { id: '1', seq: 7, content: 'secret', mentions: { user_ids: ['x'], group_ids: [], channel: 'here' }, files: [{}], previews: [{}], quoted_message_ids: ['y'], system: { to: 'secret' } }
    expect(JSON.parse(blankMessagePayload(JSON.stringify(payload)))).toEqual({
      id: '1', seq: 7, content: '', mentions: { user_ids: [], group_ids: [], channel: null }, files: [], previews: [], quoted_message_ids: [], system: null,
    })
  })
})
