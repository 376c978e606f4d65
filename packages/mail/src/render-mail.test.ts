import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Block, Line, Mail } from './mail.ts'
import { renderMail } from './render-mail.ts'

const HOME = 'https://chat.example.com'
const aMail = (facts: Partial<Mail> = {}): Mail => ({ key: 'k-1', to: 'ada@example.com', subject: ['Hello'], body: [], ...facts })
const render = (body: readonly Block[], subject: Line = ['Hello']) => renderMail(aMail({ subject, body }), HOME)
const unescape = (html: string) =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
/** What a person may have put into a name, hostile or not. */
const words = fc.oneof(
  fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }),
  fc.mixedCase(fc.constantFrom('</p><script>alert(1)</script>', '<img src=x onerror=x>', '"><a href="https://evil.example">', 'x\r\nBcc: y@evil.example', 'https://evil.example/login', '&#x6a;')),
)

describe('a mail', () => {
  it('says the same as text and as HTML', () => {
    const { subject, text, html } = render([['Hello ', { quoted: 'Ada' }, '.'], { label: 'Read it', url: `${HOME}/x?a=1&b=2` }], [{ quoted: 'Ada' }, ' waits'])
    expect(subject).toBe('Ada waits')
    expect(text).toBe(`Hello Ada.\n\nRead it:\n${HOME}/x?a=1&b=2\n`)
    expect(html).toContain('<title>Ada waits</title>')
    expect(html).toContain('<p>Hello Ada.</p>')
    expect(html).toContain(`<a href="${HOME}/x?a=1&amp;b=2" style="font-weight:bold">Read it</a>`)
  })

  it('has the tags that we write and no others, whatever somebody is called', () => {
    const tags = (quoted: string) => [...render([['By ', { quoted }]], [{ quoted }]).html.matchAll(/<[^>]*>/g)].map(([tag]) => tag)
    const ours = tags('Ada')
    fc.assert(fc.property(words, (quoted) => expect(tags(quoted)).toEqual(ours)))
  })

  it('keeps a name on its line: it begins no paragraph, and the subject is one line of bounded length', () => {
    fc.assert(fc.property(fc.oneof(words, fc.string({ minLength: 9_000, maxLength: 11_000 })), (quoted) => {
      const { text, subject, html } = render([['By ', { quoted }]], ['From ', { quoted }, { quoted }])
      expect(text.split('\n')).toHaveLength(2)
      expect(text.length).toBeLessThan(700)
      expect(subject).not.toMatch(/[\r\n\0\u2028\u2029\u202e]/)
      expect(Array.from(subject).length).toBeLessThanOrEqual(200)
      expect(unescape(html)).toContain(text.trimEnd())
    }))
  })

  it.each(['https://evil.example/login', 'evil.example', 'www.evil.example', 'help@evil.example', 'javascript:alert(1)', '//evil.example', 'mailto:x@evil.example'])(
    'shows a name like %s as a name, which no mail client takes for a link', (quoted) => {
      const { text, html } = render([['Come to ', { quoted }]])
      for (const shown of [text, html]) {
        expect(shown).not.toMatch(/evil\.example|javascript:\w|\w@\w|:\/\//)
        expect(shown.replaceAll('\u200b', '')).toContain(quoted)
      }
    },
  )

  it('leaves ordinary names as they are', () => {
    expect(render([[{ quoted: 'Acme Inc.' }, ' ', { quoted: 'Zoë & Søn' }, ' ', { quoted: '東京' }]]).text).toBe('Acme Inc. Zoë & Søn 東京\n')
  })

  it.each([
    'https://evil.example/x', 'https://chat.example.com.evil.example/x', 'https://chat.example.com@evil.example/', 'http://chat.example.com/x', 'javascript:alert(1)',
    '//chat.example.com/x', '/x', 'data:text/html,x', 'https://user:pass@chat.example.com/', 'https://chat.example.com/a b', 'https://chat.example.com/\r\nBcc: x', 'ftp://chat.example.com/', '',
  ])('is not made with a link to %j', (url) => {
    expect(() => render([{ label: 'here', url }])).toThrow(TypeError)
  })
})
