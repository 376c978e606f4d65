/** What did not come in, or came in otherwise than it was, by reason; each with the words that the report shows beside the count. */
export const NOTICES = {
  email_not_taken: 'Email addresses left out: one belongs to an account only once its owner has proven it',
  avatar_not_taken: 'Pictures left out: they are not on a server of Slack or Gravatar',
  timezone_unknown: 'Time zones not known here: UTC in their place',
  owner_as_admin: 'Owners who came in as admins: a workspace keeps its owner',
  author_unknown: 'Authors who are not in users.json: deactivated accounts, made of what their messages say of them',
  message_without_author: 'Messages without an author: they came in as from "unknown"',
  member_unknown: 'Channel members who are not in users.json: left out',
  conversation_not_taken: 'Direct conversations left out',
  folder_without_channel: 'Folders of no channel: left out',
  other_file: 'Other files left out',
  not_a_message: 'Rows that are no messages but notes about others: left out',
  duplicate_message: 'Messages that come twice, with one time in one channel: the first came in',
  unknown_subtype: 'Messages of a kind not known here: they came in as ordinary ones',
  reply_without_root: 'Replies whose first message is missing: they came in as messages of their own',
  reply_to_reply: 'Replies to a reply: they came in under the first message of the thread',
  deleted_root: 'Deleted messages that replies hang on: they came in as deleted',
  no_text: 'Messages without text: they came in empty',
  text_cut: 'Messages of more than 40,000 characters: cut off there',
  characters_removed: 'Texts with characters that harm or cannot be stored: without these',
  mention_unknown: 'Mentions of people who are not in the export: their names or ids stand in the text',
  channel_unknown: 'References to channels that are not in the export: their names stand in the text',
  group_mention: 'Mentions of groups: they stand as text',
  link_disarmed: 'Links with a scheme that is not allowed: they stand as text',
  reaction_not_taken: 'Reactions left out: the name is not usable, or nobody knows who gave it',
  reactor_unlisted: 'Reactions that are counted but not listed: left out',
  file_not_taken: 'Attached files left out: an export holds only links to them',
  attachment_as_text: 'Messages with text in attachments only: it stands in the message',
  attachment_not_taken: 'Attachments (previews, cards) left out',
  channel_renamed: 'Channels under another name, because theirs is taken, reserved or not allowed here',
  user_renamed: 'People under another username, because theirs is taken, reserved or not allowed here',
  channel_gone: 'Channels of an earlier import that were deleted here since: left alone',
  earlier_import_differs: 'Channels that were filled from another file before: left as they are',
  newer_than_import: 'Messages newer than what an earlier import brought into their channel: left out',
} as const

export type NoticeReason = keyof typeof NOTICES

export interface Notice {
  readonly reason: NoticeReason
  readonly count: number
  readonly text: string
  /** A few of them, so that somebody can look. */
  readonly examples: readonly string[]
}

const MAX_EXAMPLES = 5
const MAX_EXAMPLE_LENGTH = 120

/** Counts them and keeps the first few of each, in the order in which reasons first came up. */
export class NoticeBook {
  readonly #notes = new Map<NoticeReason, { count: number; examples: Set<string> }>()

  note(reason: NoticeReason, example = '', count = 1): void {
    const entry = this.#notes.get(reason) ?? { count: 0, examples: new Set<string>() }
    entry.count += count
    if (example !== '' && entry.examples.size < MAX_EXAMPLES) entry.examples.add(shorten(example))
    this.#notes.set(reason, entry)
  }

  list(): Notice[] {
    return [...this.#notes].map(([reason, { count, examples }]) => ({ reason, count, text: NOTICES[reason], examples: [...examples] }))
  }
}

/** Examples go to terminals: on one line, printable and short. */
function shorten(text: string): string {
  const line = text.toWellFormed().replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
  return line.length > MAX_EXAMPLE_LENGTH ? `${line.slice(0, MAX_EXAMPLE_LENGTH).toWellFormed()}…` : line
}
