import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { retryDelayMs } from './retry.ts'

const failure = { attempt: 1, status: 503, retryAfterSeconds: null, isRepeatable: true }

describe('retryDelayMs', () => {
  it('tries again what may be done twice, when no answer came or the server was not well', () => {
    for (const status of [null, 502, 503, 504]) expect(retryDelayMs({ ...failure, status }, () => 0.5)).toBeGreaterThan(0)
    for (const status of [400, 401, 403, 404, 409, 500]) expect(retryDelayMs({ ...failure, status }, () => 0.5)).toBeNull()
  })

  it('tries again what must not be done twice only if nothing was done', () => {
    const isRepeatable = false
    for (const status of [null, 502, 503, 504]) expect(retryDelayMs({ ...failure, status, isRepeatable }, () => 0.5)).toBeNull()
    expect(retryDelayMs({ ...failure, status: 429, retryAfterSeconds: 1, isRepeatable }, () => 0.5)).toBeGreaterThan(1000)
  })

  it('gives up after four attempts, or when told to wait longer than half a minute', () => {
    expect(retryDelayMs({ ...failure, attempt: 4 }, () => 0)).toBeNull()
    expect(retryDelayMs({ ...failure, retryAfterSeconds: 31 }, () => 0)).toBeNull()
  })

  it('never comes back before the time it was told, and never much later', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), random, (seconds, value) => {
      const delayMs = retryDelayMs({ ...failure, status: 429, retryAfterSeconds: seconds }, () => value) ?? -1
      expect(delayMs).toBeGreaterThanOrEqual(seconds * 1000)
      expect(delayMs).toBeLessThanOrEqual(seconds * 1250 + 250)
    }))
  })
})
