import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { normalizeChannelName } from '../channels/channel-name.ts'
import { candidatesFor, importedChannelName } from './imported-channel-name.ts'

describe('the names tried for an imported channel', () => {
  it.each([
    ['general', 'general'], ['#Team: Café!', 'team-café'], ['  two words ', 'two-words'], ['--dev--', 'dev'], ['日本語', '日本語'], ['🦒', 'imported'], ['', 'imported'],
    ['x'.repeat(200), 'x'.repeat(80)],
  ])('begin for %j with %j', (name, first) => {
    expect(importedChannelName(name)).toBe(first)
  })

  it('go on with numbers, and leave out what is reserved', () => {
    expect(take('racket', 3)).toEqual(['racket', 'racket-2', 'racket-3'])
    expect(take('here', 2)).toEqual(['here-2', 'here-3'])
    expect(take('x'.repeat(80), 2)).toEqual(['x'.repeat(80), `${'x'.repeat(78)}-2`])
  })

  it('are all names that a channel may have, whatever the other system called it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      const names = take(name, 12)
      expect(names.map(normalizeChannelName)).toEqual(names)
      expect(new Set(names).size).toBe(12)
    }))
  })
})

function take(name: string, count: number): string[] {
  return candidatesFor(name).take(count).toArray()
}
