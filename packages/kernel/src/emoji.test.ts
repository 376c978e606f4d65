import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isStandardEmojiName, toEmoji } from './emoji.ts'

describe('an emoji', () => {
  it.each([
    ['👍', '👍'], ['❤', '❤️'], ['❤️', '❤️'], ['🇳🇬', '🇳🇬'], ['👩🏾‍💻', '👩🏾‍💻'], ['1️⃣', '1️⃣'],
    ['thumbsup', '👍'], ['+1', '👍'], ['heart', '❤️'], ['flag-ng', '🇳🇬'], ['-1', '👎'], ['us', '🇺🇸'],
    ['wave::skin-tone-6', '👋🏿'], ['+1::skin-tone-2', '👍🏻'], ['v::skin-tone-4', '✌🏽'],
    ['party_parrot', 'party_parrot'], ['__proto__', '__proto__'], ['constructor', 'constructor'], ['42', '42'],
  ])('written %j is kept as %j', (text, emoji) => {
    expect(toEmoji(text)).toBe(emoji)
  })

  it.each(['', 'a b', ':tada:', 'Tada', '👍👍', '👍 ', 'a'.repeat(101), 'tada::skin-tone-2', 'wave::skin-tone-1', 'party_parrot::skin-tone-2', '\u200d', '🏿x', 'é'])(
    'is not written %j', (text) => {
      expect(toEmoji(text)).toBeUndefined()
    })

  it('is kept in a form that is kept as it is', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('thumbsup', '❤', 'v::skin-tone-4')), (text) => {
      const emoji = toEmoji(text)
      if (emoji !== undefined) expect(toEmoji(emoji)).toBe(emoji)
    }))
  })
})

describe('the standard names', () => {
  it('are those that clients know', () => {
    for (const name of ['tada', 'thumbsup', '+1', 'slightly_smiling_face', 'skin-tone-3']) expect(isStandardEmojiName(name)).toBe(true)
    for (const name of ['party_parrot', 'constructor', '__proto__', 'toString', '']) expect(isStandardEmojiName(name)).toBe(false)
  })
})
