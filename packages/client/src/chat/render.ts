import type { Channel, SharedMessage } from '../index.ts'
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
  /** In the zone of the one who reads. */
  readonly timeZone?: string
}

/** A message as it is shown: a line with its number, time, author and text, continued under its text, and what hangs on it. */
export function renderMessage(message: SharedMessage, context: RenderContext): string[] {
  const { style } = context
  const author = cleanName(context.nameOf(message.user_id))
  const head = [style.dim(`#${message.seq} ${timeOf(message.created_at, context)}`), ...threadMark(message, context), nameIn(style, author, message.user_id === context.me)]
  const [first = '', ...rest] = textOf(message, context).split('\n')
  const tail = [message.edited_at !== null && message.deleted_at === null ? style.dim(' (edited)') : '']
  const lines = [`${head.join(' ')}: ${first}`, ...rest.map((line) => `    ${line}`)]
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ''}${tail.join('')}`, ...hangingOn(message, context)]
}

/** For a day that begins: `— Tuesday, 24 November 2026 —`. Null when the later message is of the same day. */
export function renderDay(earlier: string | undefined, later: string, { style, timeZone }: Pick<RenderContext, 'style' | 'timeZone'>): string | null {
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', ...(timeZone && { timeZone }) })
  const day = format.format(new Date(later))
  return earlier !== undefined && format.format(new Date(earlier)) === day ? null : style.dim(`— ${day} —`)
}

/** ` 2 #general  3 unread, 1 for you`. */
export function renderChannel(channel: Channel, number: number, { style, label }: { style: Style; label: string }): string {
  const counts = channel.unread_count > 0 ? ` ${style.strong(`${countOf(channel.unread_count)} unread`)}` : ''
  const mentions = channel.mention_count > 0 ? `, ${style.alert(`${countOf(channel.mention_count)} for you`)}` : ''
  return `${String(number).padStart(3)} ${label}${counts}${mentions}${channel.topic ? style.dim(`  ${cleanName(channel.topic)}`) : ''}`
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

function textOf(message: SharedMessage, { style, nameOf }: RenderContext): string {
  if (message.deleted_at !== null) return style.dim('(deleted)')
  const spoken = message.content
    .replace(/<@([0-9a-z-]+)>/g, (_, id: string) => `@${cleanName(nameOf(id))}`)
    .replace(/<!(here|channel|everyone)>/g, '@$1')
  return cleanText(spoken)
}

function hangingOn({ seq, reactions, reply_count, thread_id }: SharedMessage, { style }: RenderContext): string[] {
  const groups = reactions.map(({ emoji, count }) => `${cleanName(emoji)} ${count}`).join('  ')
  const replies = reply_count > 0 && thread_id === null ? `${reply_count} ${reply_count === 1 ? 'reply' : 'replies'}, /thread ${seq}` : ''
  const parts = [groups, replies].filter((part) => part !== '')
  return parts.length === 0 ? [] : [style.dim(`    ${parts.join('   ')}`)]
}

function timeOf(time: string, { timeZone }: RenderContext): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...(timeZone && { timeZone }) }).format(new Date(time))
}

/** Counts are exact up to this. */
const CAP = 10_000
const countOf = (count: number): string => (count >= CAP ? `${CAP.toLocaleString('en')}+` : String(count))
