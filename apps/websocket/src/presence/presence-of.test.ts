import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { presenceOf, type Device, type Moment } from './presence-of.ts'

const aDevice: fc.Arbitrary<Device> = fc.record({ activeAtMs: fc.integer({ min: 0, max: 2_000 }), isAway: fc.boolean() })
const devices = fc.array(aDevice, { maxLength: 6 })
const aMoment: fc.Arbitrary<Moment> = fc.record({
  choice: fc.constantFrom('auto', 'away'), nowMs: fc.integer({ min: 1_000, max: 2_000 }), awayAfterMs: fc.integer({ min: 1, max: 1_000 }),
})
const rank = { offline: 0, away: 1, active: 2 } as const

describe('what somebody\'s devices say of them together', () => {
  it('depends on no order', () => {
    const twice = devices.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
    fc.assert(fc.property(twice, aMoment, ([all, shuffled], moment) => {
      expect(presenceOf(shuffled, moment)).toBe(presenceOf(all, moment))
    }))
  })

  it('is offline exactly without a device', () => {
    fc.assert(fc.property(devices, aMoment, (all, moment) => expect(presenceOf(all, moment) === 'offline').toBe(all.length === 0)))
  })

  it('is active exactly with one that says so and heard something lately, unless they chose to be away', () => {
    fc.assert(fc.property(devices, aMoment, (all, moment) => {
      const isAtOne = all.some(({ isAway, activeAtMs }) => !isAway && moment.nowMs - activeAtMs < moment.awayAfterMs)
      expect(presenceOf(all, moment) === 'active').toBe(isAtOne && moment.choice === 'auto')
    }))
  })

  it('is that of the device that says most: together as apart, on however many gateways', () => {
    fc.assert(fc.property(devices, devices, aMoment, (here, there, moment) => {
      const [one, other] = [presenceOf(here, moment), presenceOf(there, moment)]
      expect(presenceOf([...here, ...there], moment)).toBe(rank[one] >= rank[other] ? one : other)
    }))
  })

  it('only ever sinks while nothing is done', () => {
    fc.assert(fc.property(devices, aMoment, fc.nat({ max: 5_000 }), (all, moment, ms) => {
      const later = presenceOf(all, { ...moment, nowMs: moment.nowMs + ms })
      expect(rank[later]).toBeLessThanOrEqual(rank[presenceOf(all, moment)])
    }))
  })
})
