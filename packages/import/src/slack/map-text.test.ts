import { describe, expect, it } from '@jest/globals'
import { cleanContent } from '@afrochat/chat'
import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import { medianMs } from '@afrochat/test-support/median-ms'
import fc from 'fast-check'
import { NoticeBook } from '../report/notices.ts'
import { mapText, plainText, type Names } from './map-text.ts'

const ada = newId<UserId>()
const kofi = newId<UserId>()
const dev = newId<ChannelId>()
const names: Names = {
  userOf: (id) => ({ UADA: { id: ada, name: 'ada' }, UKOFI: { id: kofi, name: 'kofi' } })[id],
  channelOf: (id) => (id === 'CDEV' ? { id: dev, name: 'dev' } : undefined),
}

describe('mapText', () => {
  it.each([
    ['hello <@UADA>', `hello <@${ada}>`],
    ['hello <@UADA|ada.l>: hi', `hello <@${ada}>: hi`],
    ['<@UGONE|samth> and <@UGONE>', '@samth and @UGONE'],
    ['<!here> <!channel|@channel> <!everyone>', '<!here> <!channel> <!everyone>'],
    ['<!subteam^S012|@designers> <!subteam^S012>', '@designers subteam'],
    ['<!date^1392734382^{date}|18 February 2014>', '18 February 2014'],
    ['<#CDEV|dev> <#CDEV> <#CGONE|old-name> <#CGONE>', `<#${dev}|dev> <#${dev}|dev> #old-name #CGONE`],
    ['<https://a.example/?x=1&amp;y=2> <https://a.example|the &amp; page>', '<https://a.example/?x=1&y=2> <https://a.example|the & page>'],
    ['<mailto:a@b.example|a@b.example> <tel:+254700|call>', '<mailto:a@b.example|a@b.example> <tel:+254700|call>'],
    ['<javascript:alert(1)|click> <data:text/html,x>', 'click data:text/html,x'],
    ['a &lt;b&gt; &amp;amp; &amp;lt; &quot; & &lt;@UADA&gt;', 'a <b> &amp; &lt; &quot; & <@UADA>'],
    ['x < y > z <> <foo bar>', 'x < y > z <> <foo bar>'],
    ['*bold* _it_ ~gone~ :smile: &gt; quote', '*bold* _it_ ~gone~ :smile: > quote'],
  ])('makes of %j %j', (raw, content) => {
    expect(map(raw).content).toBe(content)
  })

  it.each([
    ['`<@UADA>` <@UADA>', `\`@ada\` <@${ada}>`],
    ['```\ncurl <http://x.example/?a=1&amp;b=2>\nping <http://www.y.example|www.y.example>\n```', '```\ncurl http://x.example/?a=1&b=2\nping www.y.example\n```'],
    ['`<!here> <#CDEV> <#CGONE|old> a &lt; b`', '`@here #dev #old a < b`'],
    ['`vector&lt;int&gt;`', '`vector<int>`'],
  ])('leaves in code what was typed there: %j', (raw, content) => {
    expect(map(raw).content).toBe(content)
  })

  it('gives the words alone for topics', () => {
    expect(plainText('Ask <@UADA> in <#CDEV|dev> &amp; see <https://a.example|the page>, <https://b.example>', names)).toBe('Ask @ada in #dev & see the page, https://b.example')
  })

  it('knows who is called, each once, and nobody in code', () => {
    expect(map('<@UKOFI> <@UADA> <@UKOFI> `<@UGONE>`').mentionUserIds).toEqual([kofi, ada])
    expect(map('`<@UADA>` &lt;@UADA&gt; <!here>').mentionUserIds).toEqual([])
  })

  it('takes out what cannot be stored or harms, and says so', () => {
    const { content, notices } = map('a\0b \ud800 c\u202egpj.exe\u0007\r\nd\te')
    expect(content).toBe('ab \ufffd cgpj.exe\nd\te')
    expect(notices).toMatchObject([{ reason: 'characters_removed', count: 1 }])
    expect(map('line\r\nline').notices).toEqual([])
  })

  it('cuts at the length of a message, in code points, and says so', () => {
    expect(map('🦒'.repeat(40_000)).notices).toEqual([])
    const { content, notices } = map('🦒'.repeat(40_001))
    expect([...content]).toHaveLength(40_000)
    expect(notices).toMatchObject([{ reason: 'text_cut', count: 1 }])
  })

  it('notes whom and what it does not know', () => {
    const { notices } = map('<@UGONE|sam> <#CGONE|irc> <!subteam^S1|@x> <javascript:x|y>')
    expect(notices.map(({ reason, examples }) => [reason, ...examples])).toEqual([
      ['mention_unknown', 'sam'], ['channel_unknown', 'irc'], ['group_mention', '!subteam^S1|@x'], ['link_disarmed', 'javascript:x|y'],
    ])
  })

  it('gives of anything a text that the database and every reader can take', () => {
    const parts = fc.constantFrom('<', '>', '@', '#', '!', '|', 'UADA', 'CDEV', '`', '```', '\n', '&lt;', '&amp;', 'http://x', '\ud800', '\0', 'a', ' ', '\u202e')
    fc.assert(fc.property(fc.array(parts, { maxLength: 40 }), (raw) => {
      const { content } = map(raw.join(''))
      expect(content.isWellFormed()).toBe(true)
      expect(content).not.toContain('\0')
      expect(cleanContent(content)).toBe(content)
    }))
  })

  it('takes linear time on hostile input', async () => {
    const texts = ['<', '<@', '<!', '&amp', '`', '<a|', '<!date^', '\0'].map((part) => part.repeat(200_000 / part.length))
    expect(await medianMs(() => texts.map(map))).toBeLessThan(2_000)
  })
})

function map(raw: string) {
  const book = new NoticeBook()
  return { ...mapText(raw, names, book), notices: book.list() }
}
