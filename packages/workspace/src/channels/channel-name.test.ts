import { describe, expect, it } from '@jest/globals'
import { normalizeChannelName } from './channel-name.ts'

describe('normalizeChannelName', () => {
  it.each([
    ['Random', 'random'],
    ['  dev-ops_2.0 ', 'dev-ops_2.0'],
    ['አማርኛ', 'አማርኛ'],
    ['Été'.normalize('NFD'), 'été'],
    ['ÉTÉ', 'été'],
    ['7eleven', '7eleven'],
    ['İzmir', 'i̇zmir'],
  ])('keeps %j as %j', (given, kept) => expect(normalizeChannelName(given)).toBe(kept))

  it.each(['', '   ', 'two words', 'semi;colon', '#dev', '@dev', '-dev', '.dev', '../x', 'a/b', '🎉', '\u0301', 'a\u200bb', 'x'.repeat(81)])(
    'refuses %j as invalid_name', (name) => expect(() => normalizeChannelName(name)).toThrow(expect.objectContaining({ kind: 'unprocessable', code: 'invalid_name' })),
  )

  it.each([
    'here', 'CHANNEL', 'everyone', 'All', 'system', 'ｈｅｒｅ', 'һеrе', 'аll', 'a11', 'аdm1n', 'h.e.r.e', 'ch-annel', 'ѕуѕtеm', 'οwner', 'everу0ne',
  ])(
    'refuses the reserved %j, in whatever letters', (name) => expect(() => normalizeChannelName(name)).toThrow(expect.objectContaining({ code: 'name_reserved' })),
  )

  it.each(['her', 'overall', 'all-hands', 'ällе', 'командa', 'дом', '100', 'hier', 'админ', 'méchant', 'here-now'])(
    'keeps %j, which only begins or sounds like one', (name) => expect(normalizeChannelName(name)).toBe(name.normalize('NFC')),
  )

  it('counts a name of 80 letters beyond the basic plane as 80', () => {
    expect(normalizeChannelName('𐐨'.repeat(80))).toHaveLength(160)
  })

  it('finds nothing to change in a name that it gave', () => {
    for (const name of ['İzmir', 'ÀB', 'ﬁn', 'ŞIK']) expect(normalizeChannelName(normalizeChannelName(name))).toBe(normalizeChannelName(name))
  })
})
