import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Wheel } from './wheel.ts'

it('gives everybody exactly one turn a revolution, and spreads them evenly', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), fc.nat({ max: 200 }), fc.array(fc.nat({ max: 199 })), (slots, count, removed) => {
    const wheel = new Wheel<number>(slots)
    for (let item = 0; item < count; item += 1) wheel.add(item)
    for (const item of removed) wheel.remove(item)
    const turns = Array.from({ length: slots }, () => [...wheel.turn()])
    const left = Array.from({ length: count }, (_, item) => item).filter((item) => !removed.includes(item))
    expect(turns.flat().sort((a, b) => a - b)).toEqual(left)
    expect(wheel.size).toBe(left.length)
    expect(Math.max(...turns.map((turn) => turn.length))).toBeLessThanOrEqual(Math.ceil(count / slots))
  }))
})
