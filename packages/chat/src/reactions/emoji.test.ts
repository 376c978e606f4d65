import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { checkEmoji, formsOf } from './emoji.ts'

const invalidName: unknown = expect.objectContaining({ kind: 'invalid', code: 'invalid_name' })

describe('checkEmoji', () => {
  it.each(['👍', '👍🏿', '🇰🇪', '👨‍👩‍👧‍👦', '👩🏽‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', 'thumbs_up', '__proto__', 'constructor'])('takes %s as it is', (emoji) => {
    expect(checkEmoji(emoji).emoji).toBe(emoji)
  })

  it.each([
    ['❤', '❤️'], ['❤\ufe0e', '❤️'], ['🏳‍🌈', '🏳️‍🌈'], ['1⃣', '1️⃣'], ['🤷🏽‍♂', '🤷🏽‍♂️'], ['☝\ufe0f🏽', '☝🏽'], ['👍\ufe0f', '👍'],
    ['+1', '👍'], ['thumbsup', '👍'], ['100', '💯'], ['+1::skin-tone-3', '👍🏼'],
  ])('keeps %s as %s, however a keyboard wrote it', (written, kept) => {
    expect(checkEmoji(written)).toEqual({ emoji: kept, isCustom: false })
  })

  it('says which names there has to be an emoji for in the workspace', () => {
    expect(['thumbs_up', 'party_parrot', '__proto__'].map((name) => checkEmoji(name).isCustom)).toEqual([true, true, true])
    expect(['tada', '👍', '1️⃣'].map((name) => checkEmoji(name).isCustom)).toEqual([false, false, false])
  })

  it.each(['', ' ', 'Thumbs', ':tada:', 'naïve', 'a b', '👍👍', '👍a', '🇰', '<script>', 'a\0', '\ud83d', '👍\ud83d', '👍\u202e', 'x'.repeat(101), '👍'.repeat(5000), '\u200d', '\ufe0f'])(
    'refuses %j by invalid_name', (text) => {
      expect(() => checkEmoji(text)).toThrow(invalidName)
    })

  it('knows skin tones apart, and the same tone in all its spellings as one', () => {
    expect(checkEmoji('👍🏿')).not.toEqual(checkEmoji('👍🏻'))
    expect(checkEmoji('👍\ufe0f🏿')).toEqual(checkEmoji('👍🏿'))
  })

  it('gives the same again for what it gave, and never more than a row can hold', () => {
    const emojiParts = fc.constantFrom('👍', '❤', '🏽', '\u200d', '\ufe0f', '\ufe0e', '♂', '1', '\u20e3', '🇰', '🇪', 'a', '_')
    fc.assert(fc.property(fc.array(emojiParts, { minLength: 1, maxLength: 8 }), (parts) => {
      const emoji = validOrNothing(parts.join(''))
      if (emoji === undefined) return
      expect(checkEmoji(emoji).emoji).toBe(emoji)
      expect([...emoji].length).toBeLessThanOrEqual(100)
    }), { numRuns: 2000 })
  })
})

describe('formsOf', () => {
  it('lets people take back what only an import could bring, or an emoji that is no more', () => {
    expect(formsOf('thumbsup::skin-tone-3')).toEqual(['thumbsup::skin-tone-3', '👍🏼'])
    expect(formsOf('party_parrot')).toEqual(['party_parrot'])
    expect(formsOf('What was this?')).toEqual(['What was this?'])
  })

  it('finds the reaction in whatever form its emoji is written', () => {
    expect(formsOf('❤')).toEqual(['❤', '❤️'])
    expect(formsOf('+1')).toEqual(['+1', '👍'])
  })

  it.each(['', 'a\0', '\udc00', '👍'.repeat(101)])('refuses %j, which no row can hold', (text) => {
    expect(() => formsOf(text)).toThrow(invalidName)
  })
})

function validOrNothing(text: string): string | undefined {
  try {
    return checkEmoji(text).emoji
  } catch {
    return undefined
  }
}
