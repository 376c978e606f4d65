import { describe, expect, it } from '@jest/globals'
import { newId, type ChannelId, type MessageId } from '@afrochat/kernel'
import { createPermalinks, MAX_QUOTES } from './permalink.ts'

const permalinks = createPermalinks('https://chat.example.com/')
const place = () => ({ slug: 'acme', channelId: newId<ChannelId>(), messageId: newId<MessageId>() })
const one = place()
const link = permalinks.of(one)
const quoted = (content: string) => permalinks.quotedIn(content)

describe('a permalink', () => {
  it('is below the address of the installation, by workspace, channel and message', () => {
    expect(link).toBe(`https://chat.example.com/w/acme/c/${one.channelId}/m/${one.messageId}`)
  })

  it.each([
    ['by itself', link], ['in a sentence', `see ${link}, or ask`], ['at its end', `see ${link}.`], ['in brackets', `(${link})`],
    ['as a link of Markdown', `[this](${link})`], ['in angle brackets', `<${link}>`], ['with a query or fragment', `${link}?thread=1 ${link}#x`],
  ])('quotes its message, once: %s', (_where, content) => {
    expect(quoted(content)).toEqual([one.messageId])
  })

  it.each([
    ['in code', `\`${link}\``], ['in a block of code', `\`\`\`\n${link}\n\`\`\``], ['within another address', `https://evil.example/?u=${link} x${link}`],
    ['of another installation', link.replace('chat.example.com', 'chat.example.org')], ['of a host that begins alike', link.replace('.com', '.com.evil.example')],
    ['of a host that the dot of ours would match', link.replace('chat.example', 'chatxexample')],
    ['that goes on', `${link}/edit ${link}0 ${link}-a`], ['cut off', link.slice(0, -1)], ['without a channel', `https://chat.example.com/w/acme/m/${one.messageId}`],
    ['with ids that are none', 'https://chat.example.com/w/acme/c/1/m/2'], ['that is none', 'nothing here'],
  ])('quotes nothing %s', (_where, content) => {
    expect(quoted(content)).toEqual([])
  })

  it(`quotes the first ${MAX_QUOTES} of many`, () => {
    const places = Array.from({ length: 20 }, place)
    expect(quoted(places.map(permalinks.of).join('\n'))).toEqual(places.slice(0, MAX_QUOTES).map(({ messageId }) => messageId))
  })

  it('may be of an installation below a path', () => {
    const below = createPermalinks('https://example.com/chat (old)+')
    expect(below.quotedIn(below.of(one))).toEqual([one.messageId])
  })
})
