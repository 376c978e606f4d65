import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { slugOf, withSuffix } from './slug.ts'

/** The check of the column `workspaces.slug`. */
const STORABLE = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

describe('slugOf', () => {
  it.each([
    ['Café Addis!', 'cafe-addis'],
    ['  ACME -- Corp. ', 'acme-corp'],
    ['አዲስ አበባ', 'workspace'],
    ['---', 'workspace'],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('makes of %j the slug %j', (name, slug) => expect(slugOf(name)).toBe(slug))

  it('gives for every name, with and without an ending, what the database accepts', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (name) => {
      expect(slugOf(name)).toMatch(STORABLE)
      expect(withSuffix(slugOf(name))).toMatch(STORABLE)
    }))
  })
})

it('gives another ending each time', () => {
  expect(new Set(Array.from({ length: 50 }, () => withSuffix('acme'))).size).toBeGreaterThan(45)
})
