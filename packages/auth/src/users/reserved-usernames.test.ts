import { describe, expect, it } from '@jest/globals'
import { isReservedUsername } from './reserved-usernames.ts'

describe('reserved usernames', () => {
  it.each(['here', 'channel', 'everyone', 'all', 'admin', 'system', 'h.e.r.e', 'every-one', 'no-reply', 'noreply', '_admin_', 'adm1n', 'a11', 'h-e1p', 'rnoderator', 'mod', 'm0d', 'r00t', 'ovvner', 'everyone'])('%s', (name) => {
    expect(isReservedUsername(name)).toBe(true)
  })

  it('leave ordinary names alone', () => {
    for (const name of ['ada', 'hereward', 'allan', 'channeling', 'admin2', 'ali', 'bob1', 'arno', 'modou', 'he1en']) expect(isReservedUsername(name)).toBe(false)
  })
})
