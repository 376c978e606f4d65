import { describe, expect, it } from '@jest/globals'
import { isUuid, newId } from './ids.ts'

describe('a new id', () => {
  it('is a UUID of version 7 that carries its time', () => {
    const id = newId(1_700_000_000_123)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_700_000_000_123)
  })

  it('is never the same twice, also in one millisecond', () => {
    const ids = Array.from({ length: 100_000 }, () => newId(1))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('uses every value that its random bits can have', () => {
    const variants = new Set(Array.from({ length: 1_000 }, () => newId().charAt(19)))
    expect([...variants].toSorted()).toEqual(['8', '9', 'a', 'b'])
  })
})

describe('the form of an id', () => {
  it.each(['', 'x', '0199F0C2-7e44-7c1a-9d0e-3a5b8f6c2d11', '0199f0c27e447c1a9d0e3a5b8f6c2d11', ' 0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'])('is not %j', (text) => {
    expect(isUuid(text)).toBe(false)
  })
})
