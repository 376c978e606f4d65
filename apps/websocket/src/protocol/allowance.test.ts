import { expect, it } from '@jest/globals'
import { Allowance } from './allowance.ts'

it('allows so many, and then none in the same window', () => {
  const allowance = new Allowance({ count: 3, seconds: 3_600 })
  expect(Array.from({ length: 5 }, () => allowance.take())).toEqual([true, true, true, false, false])
})

it('allows them again in the next window', () => {
  // A window that has ended before anybody can look at it.
  const allowance = new Allowance({ count: 1, seconds: 0 })
  expect(Array.from({ length: 5 }, () => allowance.take())).toEqual([true, true, true, true, true])
})

it('allows everything without a limit', () => {
  const allowance = new Allowance(null)
  expect(Array.from({ length: 1_000 }, () => allowance.take()).every(Boolean)).toBe(true)
})
