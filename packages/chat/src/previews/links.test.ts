import { describe, expect, it } from '@jest/globals'
import { medianCpuMs } from '@afrochat/test-support/median-ms'
import { linksIn } from './links.ts'

describe('the links of a text', () => {
  it.each([
    ['nothing here', []],
    ['https://example.com', ['https://example.com']],
    ['see https://example.com/a?b=c#d and http://example.org', ['https://example.com/a?b=c#d', 'http://example.org']],
    ['twice https://example.com https://example.com', ['https://example.com']],
    ['HTTPS://EXAMPLE.COM/X', ['HTTPS://EXAMPLE.COM/X']],
    ['a sentence: https://example.com.', ['https://example.com']],
    ['(in brackets https://example.com/a)', ['https://example.com/a']],
    ['https://en.wikipedia.org/wiki/Bracket_(disambiguation)', ['https://en.wikipedia.org/wiki/Bracket_(disambiguation)']],
    ['(https://en.wikipedia.org/wiki/Bracket_(disambiguation))', ['https://en.wikipedia.org/wiki/Bracket_(disambiguation)']],
    ['[text](https://example.com/a)', ['https://example.com/a']],
    ['[https://example.com](https://example.org)', ['https://example.com', 'https://example.org']],
    ['<https://example.com>', ['https://example.com']],
    ['"https://example.com", \'https://example.org\'', ['https://example.com', 'https://example.org']],
    ['*https://example.com* _https://example.org_', ['https://example.com', 'https://example.org']],
    ['xhttps://example.com', []],
    ['https:// and http://', []],
    ['`https://example.com` and\n```\nhttps://example.org\n```', []],
    ['https://bücher.example/straße', ['https://bücher.example/straße']],
    ['ftp://example.com javascript:alert(1) //example.com example.com', []],
    [`https://example.com/${'a'.repeat(2_100)}`, []],
  ])('%j', (text, links) => {
    expect(linksIn(text)).toEqual(links)
  })

  it.each([
    ['closing brackets', `https://example.com/${')'.repeat(39_000)}`],
    ['opening brackets', `https://example.com/${'('.repeat(39_000)}`],
    ['beginnings', 'https://'.repeat(5_000)],
    ['links', 'http://a.b '.repeat(3_600)],
    ['trailing marks', `https://example.com${'!'.repeat(39_000)}`],
  ])('are found in no time in %s without end', async (_what, text) => {
    expect(await medianCpuMs(() => linksIn(text))).toBeLessThan(250)
  })
})
