import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cleanName, cleanText } from './clean-text.ts'

describe('cleanText', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['clearing the screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['a new window title', '\u001b]0;owned\u0007text', 'text'],
    ['a link that says something else', '\u001b]8;;https://evil.example\u0007bank\u001b]8;;\u0007', 'bank'],
    ['eight-bit escapes', '\u009b31mred', 'red'],
    ['overwriting the line before', 'honest\rforged', 'honest\nforged'],
    ['ringing and deleting', 'a\u0007b\u0008c\u007f', 'abc'],
    ['turned text', 'invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['half of a pair', 'a\ud800b', 'a\ufffdb'],
  ])('takes out %s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })

  it('leaves alone what people write', () => {
    const text = 'Añu, بكرة, 明天!\n\t👩🏾‍💻 👍🏽 ❤️ if (a < b) { c() }'
    expect(cleanText(text)).toBe(text)
  })

  it('never lets through a character that a terminal would obey', () => {
    const texts = fc.string({ unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constantFrom('\u001b', '[', ']', '\u009b', '\u0007', '3', '1', 'm', ';')) })
    fc.assert(fc.property(texts, (text) => {
      expect(cleanText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    }))
  })
})

it('keeps names on one line, and never empty', () => {
  expect(cleanName(' Ada\n Okafor\u001b[1m ')).toBe('Ada Okafor')
  expect(cleanName('\u200b')).toBe('?')
})
