import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { replaceOutsideCode } from './outside-code.ts'

const shout = (text: string) => replaceOutsideCode(text, (prose) => prose.toUpperCase())

describe('replacing outside code', () => {
  it.each([
    ['a b', 'A B'],
    ['a `b` c', 'A `b` C'],
    ['a ``b ` c`` d', 'A ``b ` c`` D'],
    ['a `b c', 'A `B C'],
    ['a ``b` c', 'A ``B` C'],
    ['`a` b `c`', '`a` B `c`'],
    ['a\n```\nb\n```\nc', 'A\n```\nb\n```\nC'],
    ['a\n```js\nb `c`\nd', 'A\n```js\nb `c`\nd'],
    ['a\n~~~\nb\n```\nc\n~~~\nd', 'A\n~~~\nb\n```\nc\n~~~\nD'],
    ['a\n````\nb\n```\nc\n````\nd', 'A\n````\nb\n```\nc\n````\nD'],
    ['```a``` b', '```a``` B'],
    ['a\n```\n```\nb', 'A\n```\n```\nB'],
    ['```\na\n```\n```\nb\n```\nc', '```\na\n```\n```\nb\n```\nC'],
  ])('%j becomes %j', (text, expected) => {
    expect(shout(text)).toBe(expected)
  })

  it('shows every character to nobody or to the replacement, in order', () => {
    const anyText = fc.array(fc.constantFrom('`', '``', '```', '~~~', '\n', ' ', 'a', '@b'), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(fc.property(anyText, (text) => {
      expect(replaceOutsideCode(text, (prose) => prose)).toBe(text)
    }))
  })

  it('takes no longer than its text is long, whatever it is made of', () => {
    // Runs of backticks of every length, none of which is ever closed: the worst for a search run by run.
    const hostile = Array.from({ length: 280 }, (_, index) => `${'`'.repeat(index + 1)} `).join('')
    let calls = 0
    replaceOutsideCode(hostile, (prose) => {
      calls += 1
      return prose
    })
    expect(calls).toBe(1)
  })
})
