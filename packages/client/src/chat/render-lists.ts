import type { ChannelId, FollowedThread, SharedMessage, Unreads } from '../index.ts'
import type { ChatState } from './chat-state.ts'
import { cleanName } from './clean-text.ts'
import { countsOf, spoken } from './render.ts'
import type { Screen } from './screen.ts'

export interface ListContext {
  readonly state: ChatState
  readonly screen: Screen
}

/** What is going to happen, as the lists of it number it. */
export interface Planned {
  readonly number: number
  readonly at: string
  readonly content: string
  readonly channel_id?: ChannelId
}

/** A message outside of its channel, on one line: `#general #12 24 Nov, 09:30 Ada: hello`. */
export function renderListed(context: ListContext, { channel_id, message }: { channel_id: ChannelId; message: SharedMessage }): string {
  const { style } = context.screen
  return `${style.dim(`${labelOf(context, channel_id)} #${message.seq} ${dayOf(context, message.created_at)}`)} ${saidBy(context, message)}`
}

/** A followed thread by its root, and what is new in it. */
export function renderThread(context: ListContext, { root, unread_count, mention_count }: FollowedThread): string {
  const counts = countsOf({ unread_count, mention_count }, context.screen.style, 'new')
  return `${context.screen.style.dim(`${labelOf(context, root.channel_id)} #${root.seq}`)} ${saidBy(context, root)}${counts}`
}

/** A channel with something unread. */
export function renderUnread(context: ListContext, { channel_id, unread_count, mention_count }: Unreads['channels'][number]): string {
  return `${labelOf(context, channel_id)}${countsOf({ unread_count, mention_count }, context.screen.style)}`
}

/** `  1 Tue, 24 Nov, 18:30 #general: tea?` */
export function renderPlanned(context: ListContext, { number, at, content, channel_id }: Planned): string {
  const place = channel_id === undefined ? '' : ` ${labelOf(context, channel_id)}:`
  return `${String(number).padStart(3)} ${context.screen.style.dim(timeOf(context, at))}${place} ${short(content)}`
}

/** In the zone of the one who reads: `Tue 24 Nov, 18:30`. */
export function timeOf({ screen: { timeZone } }: Pick<ListContext, 'screen'>, time: string | Date): string {
  const parts = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat('en-GB', { ...parts, ...(timeZone && { timeZone }) }).format(new Date(time))
}

function dayOf({ screen: { timeZone } }: ListContext, time: string): string {
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat('en-GB', { ...parts, ...(timeZone && { timeZone }) }).format(new Date(time))
}

function saidBy({ state }: ListContext, { user_id, content, deleted_at }: SharedMessage): string {
  const nameOf = (id: string): string => state.nameOf(id)
  return `${cleanName(nameOf(user_id))}: ${deleted_at === null ? short(spoken(content, { nameOf, handleOf: (id) => state.group(id)?.handle }, '@')) : '(deleted)'}`
}

function labelOf({ state }: ListContext, id: ChannelId): string {
  const channel = state.channel(id)
  return channel === undefined ? 'elsewhere' : cleanName(state.labelOf(channel))
}

/** On one line, and not all of it. */
const SHORT = 120

function short(text: string): string {
  const clean = cleanName(text)
  return clean.length > SHORT ? `${clean.slice(0, SHORT)}…` : clean
}
