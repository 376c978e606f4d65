import { MAX_MESSAGE_CODE_POINTS } from '@afrochat/contracts'
import { cleanContent, replaceOutsideCode } from '@afrochat/chat'
import type { ChannelId, UserId } from '@afrochat/kernel'
import type { NoticeBook } from '../report/notices.ts'

/** What those whose ids are in a text are called. */
export interface Labels {
  userOf(externalId: string): { readonly name: string } | undefined
  channelOf(externalId: string): { readonly name: string } | undefined
}

/** Whom and what the ids in a text stand for. */
export interface Names extends Labels {
  userOf(externalId: string): { readonly id: UserId; readonly name: string } | undefined
  channelOf(externalId: string): { readonly id: ChannelId; readonly name: string } | undefined
}

export interface MappedText {
  readonly content: string
  /** Each once, in the order of the text; those in code are none. */
  readonly mentionUserIds: readonly UserId[]
}

const TOKEN = /<([^<>]+)>/g
const PERSON = /^@([A-Za-z0-9._:-]{1,100})(?:\|([^]*))?$/
const CHANNEL = /^#([A-Za-z0-9._:-]{1,100})(?:\|([^]*))?$/
const BROADCAST = /^!(here|channel|everyone)(?:\||$)/
const COMMAND = /^!([^|]*)(?:\|([^]*))?$/
const LINK = /^(https?|mailto|tel|ftp):/i
const SCHEME = /^[a-z][a-z0-9+.-]*:/i

/**
 * Slack's text as ours. Mentions become `<@our-id>`, references to channels `<#our-id|name>`; `<!here>` stays, and so do
 * links, `<https://…|words>`. In code, where nothing is a mention or a link, they become what was typed there. Then
 * `&amp;`, `&lt;` and `&gt;` become the characters that they stand for.
 */
export function mapText(raw: string, names: Names, notices: NoticeBook): MappedText {
  const mentioned = new Set<UserId>()
  const text = storable(raw, notices)
  const prose = (part: string) => mapTokens(part, (token) => mapToken(token, { names, notices, mentioned }))
  const code = (part: string) => mapTokens(part, (token) => typedText(token, names))
  const content = shorten(replaceOutsideCode(text, prose, code), notices)
  return { content, mentionUserIds: [...mentioned] }
}

/** The words alone, for where nothing is a mention or a link: topics and descriptions. */
export const plainText = (raw: string, labels: Labels): string => mapTokens(raw, (token) => typedText(token, labels))

/** What PostgreSQL cannot hold and what harms readers goes; everything else stays as it was. */
function storable(raw: string, notices: NoticeBook): string {
  const text = cleanContent(raw.replaceAll('\0', '').toWellFormed())
  if (text !== raw.replaceAll(/\r\n?/g, '\n')) notices.note('characters_removed', text)
  return text
}

function shorten(text: string, notices: NoticeBook): string {
  if (text.length <= MAX_MESSAGE_CODE_POINTS) return text
  const characters = Array.from(text)
  if (characters.length <= MAX_MESSAGE_CODE_POINTS) return text
  notices.note('text_cut', text)
  return characters.slice(0, MAX_MESSAGE_CODE_POINTS).join('')
}

/** Every `<…>` by the function, what is between them without Slack's escapes. */
function mapTokens(text: string, map: (token: string) => string | undefined): string {
  let result = ''
  let from = 0
  for (const { 0: written, 1: token = '', index } of text.matchAll(TOKEN)) {
    result += unescape(text.slice(from, index)) + (map(token) ?? written)
    from = index + written.length
  }
  return result + unescape(text.slice(from))
}

interface Mapping {
  readonly names: Names
  readonly notices: NoticeBook
  readonly mentioned: Set<UserId>
}

function mapToken(token: string, mapping: Mapping): string | undefined {
  const { notices } = mapping
  const broadcast = BROADCAST.exec(token)?.[1]
  if (broadcast !== undefined) return `<!${broadcast}>`
  if (token.startsWith('@')) return mapPerson(token, mapping)
  if (token.startsWith('#')) return mapChannel(token, mapping)
  if (token.startsWith('!')) {
    if (token.startsWith('!subteam')) notices.note('group_mention', token)
    return commandText(token)
  }
  // Inside a link only `&amp;`: the other two would end it.
  if (LINK.test(token)) return `<${token.replaceAll('&amp;', '&')}>`
  if (!SCHEME.test(token)) return undefined
  notices.note('link_disarmed', token)
  return linkText(token)
}

function mapPerson(token: string, { names, notices, mentioned }: Mapping): string | undefined {
  const [, externalId, label] = PERSON.exec(token) ?? []
  if (externalId === undefined) return undefined
  const person = names.userOf(externalId)
  if (person === undefined) {
    notices.note('mention_unknown', label ?? externalId)
    return `@${unescape(label ?? externalId)}`
  }
  mentioned.add(person.id)
  return `<@${person.id}>`
}

function mapChannel(token: string, { names, notices }: Mapping): string | undefined {
  const [, externalId, label] = CHANNEL.exec(token) ?? []
  if (externalId === undefined) return undefined
  const channel = names.channelOf(externalId)
  if (channel !== undefined) return `<#${channel.id}|${channel.name}>`
  notices.note('channel_unknown', label || externalId)
  return `#${unescape(label || externalId)}`
}

/** What the author saw: in code nothing is a mention, a link or a command. */
function typedText(token: string, names: Labels): string | undefined {
  const [, user, userLabel] = PERSON.exec(token) ?? []
  if (user !== undefined) return `@${names.userOf(user)?.name ?? unescape(userLabel ?? user)}`
  const [, channel, channelLabel] = CHANNEL.exec(token) ?? []
  if (channel !== undefined) return `#${names.channelOf(channel)?.name ?? unescape(channelLabel || channel)}`
  const broadcast = BROADCAST.exec(token)?.[1]
  if (broadcast !== undefined) return `@${broadcast}`
  if (token.startsWith('!')) return commandText(token)
  return SCHEME.test(token) ? linkText(token) : undefined
}

/** `!subteam^S1|@designers`, `!date^…^…|24 November`: the words that are shown. */
function commandText(token: string): string | undefined {
  const [, command = '', label] = COMMAND.exec(token) ?? []
  return unescape(label || command.replace(/\^[^]*$/, ''))
}

function linkText(token: string): string {
  const bar = token.indexOf('|')
  return unescape(bar < 0 ? token : token.slice(bar + 1))
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' }

/** In one pass: `&amp;lt;` is the text `&lt;`. */
function unescape(text: string): string {
  return text.replaceAll(/&(amp|lt|gt);/g, (written, name: string) => CHARACTERS[name] ?? written)
}
