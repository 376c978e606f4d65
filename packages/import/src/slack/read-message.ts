import { createHash } from 'node:crypto'
import type { NoticeBook } from '../report/notices.ts'
import { microsecondsOf } from './slack-time.ts'
import { textIn, type SlackMessage, type SlackReaction } from './slack-objects.ts'

/** Whoever wrote something. A `bot` has no entry in users.json: an integration, or a name that a message gave itself. */
export interface Author {
  readonly kind: 'user' | 'bot'
  readonly externalId: string
  /** What the message says they are called; empty when it says nothing. */
  readonly name: string
}

/** What a row of a day's file says, before names and ids are looked up. */
export interface ReadMessage {
  /** Its time, which is its id in the channel, in µs. */
  readonly us: number
  /** Of the thread that it is in; undefined: in none, or the first of one. */
  readonly threadUs: number | undefined
  readonly author: Author
  readonly kind: 'user' | 'bot' | 'system'
  readonly isDeleted: boolean
  readonly alsoInChannel: boolean
  /** Slack's text, or what attachments hold when there is none. */
  readonly text: string
  readonly editedUs: number | undefined
  readonly reactions: readonly SlackReaction[]
  readonly isPinned: boolean
}

/** Notes about other messages, which have their final form already. */
const NOT_MESSAGES: ReadonlySet<string> = new Set(['message_changed', 'message_deleted', 'message_replied', 'reply_broadcast'])
const ORDINARY: ReadonlySet<string> = new Set([
  '', 'bot_message', 'me_message', 'thread_broadcast', 'file_share', 'file_comment', 'file_mention', 'slackbot_response', 'tombstone',
])
/** What Slack says about a channel and the people in it. */
const SYSTEM = /^(?:channel|group|bot|app|pinned|unpinned|reminder|joiner|huddle|sh_room|canvas)_|^(?:channel|group)$/

/** The message of a row; undefined when it is none, which is noted. */
export function readMessage(row: SlackMessage, us: number, notices: NoticeBook): ReadMessage | undefined {
  const subtype = row.subtype ?? ''
  if ((row.type ?? 'message') !== 'message' || NOT_MESSAGES.has(subtype)) {
    notices.note('not_a_message', `${row.type ?? ''} ${subtype}`.trim())
    return undefined
  }
  const isSystem = !ORDINARY.has(subtype) && SYSTEM.test(subtype)
  if (!ORDINARY.has(subtype) && !isSystem) notices.note('unknown_subtype', subtype)
  if (subtype === 'tombstone') notices.note('deleted_root', row.ts)
  noteFiles(row, notices)

  const threadUs = typeof row.thread_ts === 'string' ? microsecondsOf(row.thread_ts) : undefined
  const isFromBot = subtype === 'bot_message' || Boolean(row.bot_id)
  return {
    us,
    threadUs: threadUs === us ? undefined : threadUs,
    author: authorOf(row, notices),
    kind: isSystem ? 'system' : isFromBot ? 'bot' : 'user',
    isDeleted: subtype === 'tombstone',
    alsoInChannel: subtype === 'thread_broadcast',
    text: subtype === 'tombstone' ? '' : textOf(row, subtype, notices),
    editedUs: microsecondsOf(textIn(row.edited, 'ts')),
    reactions: row.reactions ?? [],
    isPinned: (row.pinned_to ?? []).length > 0,
  }
}

function authorOf(row: SlackMessage, notices: NoticeBook): Author {
  const userId = row.user || textIn(row.comment, 'user')
  const botName = row.username || textIn(row.bot_profile, 'name')
  if (userId !== '' && userId.length <= 100) {
    const names = ['display_name', 'real_name', 'name'].map((key) => textIn(row.user_profile, key))
    return { kind: 'user', externalId: userId, name: names.find((name) => name !== '') ?? botName }
  }
  if (row.bot_id) return { kind: 'bot', externalId: row.bot_id, name: botName }
  if (botName !== '') {
    // A name may hold anything and be long: its hash serves as the id.
    return { kind: 'bot', externalId: `name:${createHash('sha256').update(botName.toWellFormed()).digest('hex').slice(0, 32)}`, name: botName }
  }
  notices.note('message_without_author', row.ts)
  return { kind: 'bot', externalId: 'unknown', name: 'unknown' }
}

function textOf(row: SlackMessage, subtype: string, notices: NoticeBook): string {
  const attachments = listIn(row.attachments)
  const text = row.text ?? ''
  if (text.trim() !== '') {
    if (attachments.length > 0) notices.note('attachment_not_taken', row.ts, attachments.length)
    return subtype === 'me_message' ? `_${text}_` : text
  }
  const instead = attachments.map(attachmentText).filter((part) => part !== '').join('\n')
  notices.note(instead === '' ? 'no_text' : 'attachment_as_text', row.ts)
  return instead
}

function attachmentText(attachment: unknown): string {
  const parts = ['pretext', 'title', 'text'].map((key) => textIn(attachment, key)).filter((part) => part !== '')
  return parts.length > 0 ? parts.join('\n') : textIn(attachment, 'fallback')
}

function noteFiles(row: SlackMessage, notices: NoticeBook): void {
  const files = [...listIn(row.files), ...(row.file === undefined || row.file === null ? [] : [row.file])]
  for (const file of files) notices.note('file_not_taken', textIn(file, 'name') || textIn(file, 'title') || row.ts)
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
