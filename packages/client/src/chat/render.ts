import type { Channel, Message, SharedMessage } from '../index.ts'
import { cleanName, cleanText } from './clean-text.ts'

/** How parts of a line are made to look; in a pipe, not at all. */
export interface Style {
  dim(text: string): string
  strong(text: string): string
  own(text: string): string
  alert(text: string): string
}

export const plain: Style = { dim: (text) => text, strong: (text) => text, own: (text) => text, alert: (text) => text }

export interface RenderContext {
  readonly style: Style
  readonly me: string
  /** The name to show of a user. */
  nameOf(userId: string): string
  /** The `seq` of a message of the open channel, if it is known: how people name it. */
  seqOf(messageId: string): number | undefined
  /** What a group is mentioned by; undefined where that is not known. */
  handleOf(groupId: string): string | undefined
  /** In the zone of the one who reads. */
  readonly timeZone?: string
}

/** A message with the quotes that its reader may see, where they are known: no event carries them. */
export type Shown = SharedMessage & Partial<Pick<Message, 'quotes'>>

/** A message as it is shown: a line with its number, time, author and text, continued under its text, and what hangs on it. */
export function renderMessage(message: Shown, context: RenderContext): string[] {
  const { style } = context
  if (message.kind === 'system' && message.deleted_at === null) return [style.dim(`${placeOf(message, context)} ${cleanName(spoken(message.content, context, ''))}`)]
  const author = cleanName(context.nameOf(message.user_id))
  const head = [style.dim(placeOf(message, context)), ...threadMark(message, context), nameIn(style, author, message.user_id === context.me)]
  const [first = '', ...rest] = textOf(message, context).split('\n')
  const lines = [`${head.join(' ')}: ${first}`, ...rest.map((line) => `    ${line}`)]
  const tail = marksOf(message).map((mark) => style.dim(` (${mark})`)).join('')
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ''}${tail}`, ...renderQuotes(message, context), ...renderPreviews(message, style), ...hangingOn(message, context)]
}

/** What the pages behind the links of a message say of themselves. */
export function renderPreviews({ previews }: Pick<SharedMessage, 'previews'>, style: Style): string[] {
  return previews.map(({ title, site_name, url }) => style.dim(`    ▸ ${cleanName(title ?? url)}${site_name === null ? '' : ` (${cleanName(site_name)})`}`))
}

/** For a day that begins: `— Tuesday, 24 November 2026 —`. Null when the later message is of the same day. */
export function renderDay(earlier: string | undefined, later: string, { style, timeZone }: Pick<RenderContext, 'style' | 'timeZone'>): string | null {
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', ...(timeZone && { timeZone }) })
  const day = format.format(new Date(later))
  return earlier !== undefined && format.format(new Date(earlier)) === day ? null : style.dim(`— ${day} —`)
}

/** ` 3 unread, 1 for you`; nothing where nothing is. */
export function countsOf({ unread_count, mention_count }: Pick<Channel, 'unread_count' | 'mention_count'>, style: Style, what: 'unread' | 'new' = 'unread'): string {
  const counts = [
    ...(unread_count > 0 ? [style.strong(`${countOf(unread_count)} ${what}`)] : []),
    ...(mention_count > 0 ? [style.alert(`${countOf(mention_count)} for you`)] : []),
  ]
  return counts.length === 0 ? '' : ` ${counts.join(', ')}`
}

/** ` 2 #general  3 unread, 1 for you`. */
export function renderChannel(channel: Channel, number: number, { style, label }: { style: Style; label: string }): string {
  const marks = [...(channel.starred ? ['★'] : []), ...(channel.muted ? ['muted'] : []), ...(channel.archived_at === null ? [] : ['archived'])]
  const about = marks.length > 0 ? style.dim(` ${marks.join(' ')}`) : ''
  return `${String(number).padStart(3)} ${label}${about}${countsOf(channel, style)}${channel.topic ? style.dim(`  ${cleanName(channel.topic)}`) : ''}`
}

/** Who types, in words. */
export function renderTyping(names: readonly string[]): string {
  const [first, second] = names.map(cleanName)
  if (first === undefined) return ''
  if (names.length > 2) return 'several people are typing'
  return second === undefined ? `${first} is typing` : `${first} and ${second} are typing`
}

function threadMark({ thread_id }: SharedMessage, { style, seqOf }: RenderContext): string[] {
  if (thread_id === null) return []
  const seq = seqOf(thread_id)
  return [style.dim(seq === undefined ? '↳' : `↳ #${seq}`)]
}

function nameIn(style: Style, name: string, isMine: boolean): string {
  return isMine ? style.own(name) : style.strong(name)
}

function textOf(message: SharedMessage, context: RenderContext): string {
  return message.deleted_at === null ? cleanText(spoken(message.content, context, '@')) : context.style.dim('(deleted)')
}

/** With names in the places of ids. `sign`: what stands before the name of a person. */
export function spoken(content: string, { nameOf, handleOf }: Pick<RenderContext, 'nameOf' | 'handleOf'>, sign: '@' | ''): string {
  return content
    .replace(/<@([0-9a-z-]+)>/g, (_, id: string) => `${sign}${cleanName(nameOf(id))}`)
    .replace(/<!group:([0-9a-z-]+)>/g, (_, id: string) => `@${cleanName(handleOf(id) ?? 'group')}`)
    .replace(/<!(here|channel|everyone)>/g, '@$1')
}

function marksOf({ edited_at, deleted_at, pinned }: SharedMessage): string[] {
  if (deleted_at !== null) return []
  return [...(edited_at === null ? [] : ['edited']), ...(pinned ? ['pinned'] : [])]
}

/** The messages that it links to, as far as the reader may see them. */
function renderQuotes({ quotes = [] }: Shown, context: RenderContext): string[] {
  return quotes.map(({ user_id, content }) => {
    const text = cleanName(spoken(content, context, '@'))
    return context.style.dim(`    > ${cleanName(context.nameOf(user_id))}: ${text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text}`)
  })
}

function hangingOn({ seq, reactions, reply_count, thread_id, locked }: SharedMessage, { style }: RenderContext): string[] {
  const groups = reactions.map(({ emoji, count }) => `${cleanName(emoji)} ${count}`).join('  ')
  const replies = reply_count > 0 && thread_id === null ? `${reply_count} ${reply_count === 1 ? 'reply' : 'replies'}, /thread ${seq}` : ''
  const parts = [groups, replies, locked ? 'locked' : ''].filter((part) => part !== '')
  return parts.length === 0 ? [] : [style.dim(`    ${parts.join('   ')}`)]
}

const placeOf = ({ seq, created_at }: SharedMessage, context: RenderContext): string => `#${seq} ${timeOf(created_at, context)}`

function timeOf(time: string, { timeZone }: RenderContext): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...(timeZone && { timeZone }) }).format(new Date(time))
}

/** A quote only says what the link is about. */
const QUOTE_LENGTH = 120
/** Counts are exact up to this. */
const CAP = 10_000
const countOf = (count: number): string => (count >= CAP ? `${CAP.toLocaleString('en')}+` : String(count))
