import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { closeCodes } from '@afrochat/contracts'
import { afterClose } from './after-close.ts'
import { backoffMs } from './backoff.ts'

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('backoffMs', () => {
  it('spreads over a bound that doubles up to half a minute', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, value) => {
      const delayMs = backoffMs(failures, () => value)
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** (failures - 1)))
    }))
    expect(backoffMs(1, () => 0.999)).toBeGreaterThan(499)
    expect(backoffMs(4, () => 0.999)).toBeGreaterThan(3_990)
    expect(backoffMs(1_000, () => 0.999)).toBeGreaterThan(29_000)
  })
})

describe('afterClose', () => {
  const after = (code: number, reason = '') => afterClose({ code, reason, failures: 1 }, () => 0.5)

  it.each(Object.entries(closeCodes))('does what the contract says after %s', (_, { code, then }) => {
    const allowed = { 'reconnect': ['reconnect'], 'sign-in': ['renew-token', 'signed-out'], 'stop': ['stop'] }
    expect(allowed[then]).toContain(after(code).then)
  })

  it('asks for a new token when the old one is not good any more, and for none when the session has ended', () => {
    expect(after(4001)).toEqual({ then: 'renew-token' })
    expect(after(4010)).toEqual({ then: 'signed-out' })
  })

  it('waits exactly as long as a server that restarts says, if what it says is sensible', () => {
    expect(after(4009, '1234')).toEqual({ then: 'reconnect', delayMs: 1234 })
    for (const nonsense of ['', 'soon', '-5', '999999', '1e3']) expect(after(4009, nonsense)).toEqual({ then: 'reconnect', delayMs: 250 })
  })

  it('takes its time after it was too fast', () => {
    expect(after(4004)).toEqual({ then: 'reconnect', delayMs: 5_250 })
  })

  it.each([1000, 1001, 1006, 1011, 4999])('comes back after a close that is not of the contract: %d', (code) => {
    expect(after(code).then).toBe('reconnect')
  })
})
