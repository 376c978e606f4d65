import { describe, expect, it } from '@jest/globals'
import { isReservedUsername } from './reserved-usernames.ts'

describe('reserved usernames', () => {
  it.each(['here', 'channel', 'everyone', 'all', 'admin', 'system', 'h.e.r.e', 'every-one', 'no-reply', 'noreply', '_admin_'])('%s', (name) => {
    expect(isReservedUsername(name)).toBe(true)
  })

  it('leave ordinary names alone', () => {
    for (const name of ['ada', 'hereward', 'allan', 'channeling', 'admin2']) expect(isReservedUsername(name)).toBe(false)
  })
})
