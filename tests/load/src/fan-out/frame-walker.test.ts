import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FrameWalker } from './frame-walker.ts'

/** As servers write them. */
function frameOf(payload: Buffer): Buffer {
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload])
  const header = length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  header[0] = 0x81
  header[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) header.writeUInt16BE(length, 2)
  else header.writeUIntBE(length, 4, 6)
  return Buffer.concat([header, payload])
}

function walk(bytes: Buffer, cuts: readonly number[]): string[] {
  const found: string[] = []
  const walker = new FrameWalker((first, from, start, end) => void found.push(`${first}:${from.toString('latin1', start, end)}`))
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other), bytes.length]
  for (const [index, place] of places.slice(1).entries()) walker.push(bytes, places[index] ?? 0, place)
  return found
}

describe('the walk over frames', () => {
  it('finds each frame once and whole, wherever what arrives is cut', () => {
    const sizes = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(125, 126, 65_535, 65_536, 70_000))
    fc.assert(fc.property(fc.array(sizes, { minLength: 1, maxLength: 8 }), fc.array(fc.nat({ max: 400_000 }), { maxLength: 40 }), (lengths, cuts) => {
      const payloads = lengths.map((length, index) => Buffer.alloc(length, 0x61 + index))
      expect(walk(Buffer.concat(payloads.map(frameOf)), cuts)).toEqual(payloads.map((payload) => `129:${payload.toString('latin1')}`))
    }), { numRuns: 200 })
  })

  it('finds them also byte by byte', () => {
    const payloads = ['one', 'x'.repeat(126), '', 'y'.repeat(65_536)].map((text) => Buffer.from(text))
    const bytes = Buffer.concat(payloads.map(frameOf))
    expect(walk(bytes, Array.from({ length: bytes.length }, (_, index) => index))).toEqual(payloads.map((payload) => `129:${payload.toString()}`))
  })
})
