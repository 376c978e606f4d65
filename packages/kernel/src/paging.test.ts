import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeCursor, encodeCursor, isStorableText, toPage } from './paging.ts'

const storable = fc.string({ unit: 'grapheme', maxLength: 100 }).filter(isStorableText)

describe('a cursor of a list', () => {
  it('gives back its keys', () => {
    fc.assert(fc.property(storable, fc.maxSafeInteger(), (name, count) => {
      expect(decodeCursor('people', ['string', 'number'], encodeCursor('people', name, count))).toEqual([name, count])
    }))
  })

  it.each([
    ['of another list', encodeCursor('channels', 'a', 1)],
    ['with too few keys', encodeCursor('people', 'a')],
    ['with too many', encodeCursor('people', 'a', 1, 2)],
    ['of another type', encodeCursor('people', 1, 'a')],
    ['with a fraction', Buffer.from('["people","a",1.5]').toString('base64url')],
    ['with what PostgreSQL cannot store', encodeCursor('people', '\0', 1)],
    ['that is no JSON', Buffer.from('people').toString('base64url')],
    ['that is no list', Buffer.from('{"length":3,"0":"people"}').toString('base64url')],
    ['that is empty', ''],
  ])('is refused when it is one %s', (_, cursor) => {
    expect(() => decodeCursor('people', ['string', 'number'], cursor)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
  })

  it('never fails otherwise, whatever a client sends', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (cursor) => {
      expect(() => decodeCursor('people', ['string'], cursor)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
    }))
  })
})

describe('a page', () => {
  it('has a next one exactly when there is more than it holds', () => {
    expect(toPage([1, 2], 2, String)).toEqual({ items: [1, 2], next_cursor: null })
    expect(toPage([1, 2, 3], 2, String)).toEqual({ items: [1, 2], next_cursor: '2' })
    expect(toPage([], 2, String)).toEqual({ items: [], next_cursor: null })
  })
})
