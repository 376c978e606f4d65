import { describe, expect, it } from '@jest/globals'
import { MAX_MESSAGE_CODE_POINTS } from '@afrochat/contracts'
import fc from 'fast-check'
import { checkContent } from './content.ts'

const code = (expected: string): unknown => expect.objectContaining({ kind: 'invalid', code: expected })

describe('checkContent', () => {
  it.each([' ', '\n\t ', '\u00a0\u2003', '\u200b\u200d\ufeff', '\u3164', '\u00ad', '\u2800', '\u0007', '\u202e', '\u{e0001}', ''])(
    'takes %j for no text, because nobody would see it', (content) => {
      expect(() => checkContent(content)).toThrow(code('no_text'))
    })

  it('counts code points: 40,000 emoji are as long as 40,000 letters', () => {
    expect(checkContent('a'.repeat(MAX_MESSAGE_CODE_POINTS))).toHaveLength(MAX_MESSAGE_CODE_POINTS)
    expect(checkContent('🦒'.repeat(MAX_MESSAGE_CODE_POINTS))).toHaveLength(2 * MAX_MESSAGE_CODE_POINTS)
  })

  it.each(['a', '🦒'])('refuses one %s too many instead of cutting it off', (character) => {
    expect(() => checkContent(character.repeat(MAX_MESSAGE_CODE_POINTS + 1))).toThrow(code('msg_too_long'))
  })

  it.each(['a\0b', 'a\ud800b', '\udc00'])('refuses %j, which no database and no UTF-8 can hold', (content) => {
    expect(() => checkContent(content)).toThrow(code('invalid_text'))
  })

  it('takes out control characters and bidi overrides, and keeps everything that a person can read', () => {
    expect(checkContent('a\u001b[31mred\u0007 \u202egpj.exe\r\nb\rc\t')).toBe('a[31mred gpj.exe\nb\nc\t')
    for (const text of ['👨‍👩‍👧‍👦 ❤️', '\u2067مرحبا\u2069 abc', 'नमस्ते', '  indented', 'é', 'e\u0301', '<script>']) expect(checkContent(text)).toBe(text)
  })

  it('gives the same again for what it gave: a client may send back what it got', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1 }).map((text) => `x${text.replaceAll('\0', '')}`), (text) => {
      expect(checkContent(checkContent(text))).toBe(checkContent(text))
    }))
  })
})
