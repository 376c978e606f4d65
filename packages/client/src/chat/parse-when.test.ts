import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseWhen } from './parse-when.ts'

/** Tuesday afternoon, where this runs. */
const now = new Date(2026, 10, 24, 15, 30)
const at = (day: number, hours: number, minutes = 0, month = 10) => new Date(2026, month, day, hours, minutes)

describe('parseWhen', () => {
  it.each([
    ['20m tea', at(24, 15, 50)],
    ['in 20 min tea', at(24, 15, 50)],
    ['2h tea', at(24, 17, 30)],
    ['3d tea', at(27, 15, 30)],
    ['1w tea', at(1, 15, 30, 11)],
    ['18:30 tea', at(24, 18, 30)],
    ['at 18:30 tea', at(24, 18, 30)],
    ['9:05 tea', at(25, 9, 5)],
    ['15:30 tea', at(25, 15, 30)],
    ['today 9:05 tea', at(24, 9, 5)],
    ['tomorrow at 18:30 tea', at(25, 18, 30)],
    ['2026-12-24 tea', at(24, 9, 0, 11)],
    ['on 2026-12-24 at 18:00 tea', at(24, 18, 0, 11)],
  ])('understands %j', (text, expected) => {
    expect(parseWhen(text, now)).toEqual({ at: expected, text: 'tea' })
  })

  it('leaves the rest as it is', () => {
    expect(parseWhen('20m 18:30\n is  tea time ', now)?.text).toBe('18:30\n is  tea time ')
  })

  it.each(['tea', '20m', '20m ', '25:00 tea', '18:60 tea', '20x tea', 'someday tea', '2026-13-45 tea', '2026-12-24', '99999m tea', ''])('knows no time in %j', (text) => {
    expect(parseWhen(text, now)).toBeUndefined()
  })

  it('gives a time or nothing, whatever it is given', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const when = parseWhen(text, now)
      expect(when === undefined || Number.isFinite(when.at.getTime())).toBe(true)
    }))
  })
})
