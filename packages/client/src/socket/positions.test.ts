import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { earliest, Positions } from './positions.ts'

describe('Positions', () => {
  it('takes every position once, in any order and however often it comes', () => {
    const arrivals = fc.array(fc.record({ shard: fc.nat(2), pos: fc.integer({ min: 1, max: 30 }), confirm: fc.boolean() }), { maxLength: 100, size: 'max' })
    fc.assert(fc.property(arrivals, (list) => {
      const positions = new Positions('e.0.0,e.1.0,e.2.0')
      const taken = new Set<string>()
      const confirmed = [0, 0, 0]
      for (const { shard, pos, confirm } of list) {
        const cursor = `e.${shard}.${pos}`
        const isKnown = taken.has(cursor) || pos <= (confirmed[shard] ?? 0)
        expect(positions.accept(cursor)).toBe(isKnown ? 'known' : 'new')
        taken.add(cursor)
        if (!confirm) continue
        positions.confirm(cursor)
        confirmed[shard] = Math.max(confirmed[shard] ?? 0, pos)
      }
    }))
  })

  it('resumes each shard after its last event, and after a loss from where nothing was missing', () => {
    const positions = new Positions('e.0.5')
    positions.confirm('e.0.7')
    positions.accept('e.0.9')
    positions.accept('e.3.2')
    expect(positions.cursor()).toBe('e.0.9,e.3.2')
    expect(positions.cursor('loss')).toBe('e.0.7,e.3.1')
    // What was lost gets through, what came does not come twice.
    expect(positions.accept('e.0.8')).toBe('new')
    expect(positions.accept('e.0.9')).toBe('known')
  })

  it('does not compare positions of two lives of the log', () => {
    const positions = new Positions('e.0.5')
    expect(positions.accept('f.0.6')).toBe('foreign')
    expect(positions.confirm('f.0.6')).toBe(false)
    expect(positions.accept('what?')).toBe('foreign')
    expect(positions.cursor()).toBe('e.0.5')
    positions.startAt('f.0.6')
    expect(positions.accept('f.0.7')).toBe('new')
  })

  it('forgets single positions once everything before is confirmed', () => {
    const positions = new Positions()
    expect(positions.cursor()).toBeUndefined()
    positions.accept('e.0.3')
    positions.accept('e.0.5')
    positions.confirm('e.0.4')
    expect(positions.cursor('loss')).toBe('e.0.4')
    expect(positions.cursor()).toBe('e.0.5')
  })
})

it('finds the position from which nothing of several states is missed', () => {
  expect(earliest(['e.0.9,e.1.4', 'e.0.7', 'e.2.1'])).toBe('e.0.7,e.1.4,e.2.1')
})
