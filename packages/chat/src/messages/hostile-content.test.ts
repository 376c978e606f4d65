import { describe, expect, it } from '@jest/globals'
import { DomainError } from '@afrochat/kernel'
import { medianCpuMs } from '@afrochat/test-support/median-ms'
import { collectMentions, replaceMentions } from '../mentions/mention-syntax.ts'
import { linksIn } from '../previews/links.ts'
import { MAX_QUOTES } from '../quotes/permalink.ts'
import { formsOf, checkEmoji } from '../reactions/emoji.ts'
import { checkContent } from './content.ts'
import { aLink, hostile, permalinks } from './hostile-fixture.ts'
import { keptPreviews } from './kept-previews.ts'

const nobody = { userIds: new Set<never>(), groupIds: new Set<never>(), userByName: new Map(), groupByHandle: new Map(), broadcasts: new Set<never>() }

/** All that is done with a text before and after it is stored, or the code that it is refused with. */
function read(content: string): string {
  try {
    const checked = checkContent(content)
    collectMentions(checked)
    const { content: said } = replaceMentions(checked, nobody)
    permalinks.quotedIn(said)
    const previews = linksIn(said).slice(0, 5).map((url) => ({ url, title: null, description: null, site_name: null, image_url: null }))
    keptPreviews(previews, said)
    return said
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

describe('a hostile text', () => {
  it.each(Object.entries(hostile))('of %s is read or refused in no time', async (_what, text) => {
    expect(await medianCpuMs(() => read(text))).toBeLessThan(250)
  })

  it.each([
    ['seventy thousand words', 'msg_too_long'], ['a million characters that are not seen', 'msg_too_long'], ['as many different ones', 'too_many_mentions'],
    ['nothing that is seen', 'no_text'], ['nothing but ignorable characters of two units', 'no_text'],
  ])('of %s is refused by %s', (what, code) => {
    expect(read(hostile[what] ?? '')).toBe(code)
  })

  it('with a NUL or half of a surrogate pair, which no row can hold, is refused by invalid_text', () => {
    for (const text of ['a\0', '\0', '\ud800', 'x\udc00y']) expect(read(text)).toBe('invalid_text')
  })

  it('loses what does things to terminals and what turns the direction, and no more than that', () => {
    expect(read('\u001b[2Ja\u0007\u202eb\u009bc')).toBe('[2Jabc')
    expect(read('مرحبا \u2067שלום\u2069 👩🏽‍💻\u200d')).toBe('مرحبا \u2067שלום\u2069 👩🏽‍💻\u200d')
  })

  it.each([
    '[x](javascript:alert(1))', 'data:text/html,<script>alert(1)</script>', 'vbscript:x', 'java\nscript:alert(1)', '<img src=x onerror=alert(1)>',
    '"><svg/onload=alert(1)>', '![x" onerror="alert(1)](x)', '&#x6a;avascript:alert(1)', '{{constructor.constructor("alert(1)")()}}', '${7*7}', '%00%0a',
  ])('is a text and stays one: %s', (text) => {
    expect(read(text)).toBe(text)
    expect(linksIn(text)).toEqual([])
  })

  it(`quotes at most ${MAX_QUOTES} messages`, () => {
    expect(permalinks.quotedIn(Array.from({ length: 300 }, aLink).join(' '))).toHaveLength(MAX_QUOTES)
  })
})

describe('a hostile emoji', () => {
  it.each(['x'.repeat(10_000), '👍'.repeat(5_000), '\ufe0f'.repeat(40_000), '1\ufe0f\u20e3'.repeat(5_000), '\u{1f3fb}'.repeat(10_000), ':'.repeat(40_000), '__proto__::skin-tone-2'])(
    'is refused in no time: %#', async (text) => {
      expect(await medianCpuMs(() => {
        expect(() => checkEmoji(text)).toThrow(DomainError)
        try {
          formsOf(text)
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError)
        }
      })).toBeLessThan(250)
    })
})
