import { MAX_MESSAGE_CODE_POINTS } from '@afrochat/contracts'
import { newId, type ChannelId, type MessageId } from '@afrochat/kernel'
import { createPermalinks } from '../quotes/permalink.ts'

export const permalinks = createPermalinks('https://chat.example.com')
export const aLink = () => permalinks.of({ slug: 'acme', channelId: newId<ChannelId>(), messageId: newId<MessageId>() })
const LONGEST = MAX_MESSAGE_CODE_POINTS

const upTo = (text: string, length = LONGEST) => text.repeat(Math.ceil(length / text.length)).slice(0, length)

/** Texts made to cost time, by what they are made of. */
export const hostile: Record<string, string> = {
  'ten thousand mentions': upTo('@ada '),
  'as many different ones': Array.from({ length: 6_000 }, (_, index) => `@u${index}`).join(' ').slice(0, LONGEST),
  'mentions by id': upTo('<@01a20c6e-f863-7ae9-b4b6-49b009294784>'),
  'ends of mentions that never come': upTo('<@01a20c6e-f863-'),
  'one name without end': `@${'a'.repeat(LONGEST - 1)}`,
  'names of dots': upTo('@a.-_.-_'),
  'at signs alone': '@'.repeat(LONGEST),
  'ten thousand links': upTo('http://a.b '),
  'links in links': upTo('http://a.b?http://'),
  'addresses of mail': upTo('a@b.com\n'),
  'permalinks': upTo(`${aLink()} `),
  'the beginnings of permalinks': upTo('https://chat.example.com/w/a/c/'),
  'stars': `${'*'.repeat(LONGEST - 1)}a`,
  'quotations in quotations': `${'>'.repeat(5_000)} x`,
  'opening brackets': '['.repeat(20_000),
  'closing brackets of a link': `http://a.b/${')'.repeat(39_000)}`,
  'backticks': '`'.repeat(LONGEST),
  'backticks of every length': Array.from({ length: 280 }, (_, index) => '`'.repeat(index + 1)).join(' '),
  'a thousand fences of code': upTo('```js\nx\n```\n'),
  'fences that never close': upTo('~~~~\n`````\n'),
  'lines': '\n'.repeat(LONGEST - 1).concat('x'),
  'carriage returns': '\r'.repeat(LONGEST - 1).concat('x'),
  'marks upon marks': `x${'\u0301'.repeat(LONGEST - 1)}`,
  'overrides of direction': upTo('\u202ex'),
  'nothing that is seen': '\u200b'.repeat(LONGEST),
  'nothing but ignorable characters of two units': '\u{e0001}'.repeat(LONGEST),
  'emoji of many parts': upTo('👨‍👩‍👧‍👦', LONGEST),
  'control characters': upTo('\u001b[2J\u0007'),
  'seventy thousand words': Array.from({ length: 70_000 }, (_, index) => index.toString(36)).join(' '),
  'a million characters that are not seen': '\u200b'.repeat(1_000_000),
}
