import type { ImportedMessage } from '@afrochat/chat'
import type { ChannelId, UserId } from '@afrochat/kernel'
import { NoticeBook } from '../report/notices.ts'
import { usableReactions } from '../slack/map-reactions.ts'
import { mapText, type Names } from '../slack/map-text.ts'
import { importedMessageId } from '../slack/message-id.ts'
import type { Author, ReadMessage } from '../slack/read-message.ts'
import { dateOf } from '../slack/slack-time.ts'
import type { ThreadPlan } from '../survey/thread-plan.ts'

/** What is needed to make a message of ours of one of theirs. */
export interface MessageMapping {
  readonly channelId: ChannelId
  readonly names: Names
  readonly plan: ThreadPlan
  /** Every author has an account. */
  accountOf(author: Pick<Author, 'kind' | 'externalId'>): { readonly id: UserId; readonly isBot: boolean }
  /** By the key that the plan knows authors by. */
  accountOfKey(key: string): UserId
}

/** The message in its final state. The survey has noted what is lost on the way. */
export function mapMessage(mapping: MessageMapping, message: ReadMessage): ImportedMessage {
  const { channelId, names, plan } = mapping
  const notices = new NoticeBook()
  const { content, mentionUserIds } = mapText(message.text, names, notices)
  const author = mapping.accountOf(message.author)
  const rootUs = plan.rootOf(message.us)
  const replies = plan.repliesTo(message.us)
  return {
    id: importedMessageId(channelId, message.us),
    userId: author.id,
    content,
    threadId: rootUs === undefined ? null : importedMessageId(channelId, rootUs),
    kind: message.kind === 'user' && author.isBot ? 'bot' : message.kind,
    alsoInChannel: message.alsoInChannel && rootUs !== undefined,
    // What the system says names people without calling them.
    mentionUserIds: message.kind === 'system' || message.isDeleted ? [] : mentionUserIds,
    replies: {
      count: replies?.count ?? 0,
      userIds: [...new Set((replies?.authors ?? []).map((key) => mapping.accountOfKey(key)))],
      lastAt: replies === undefined ? null : dateOf(replies.lastUs),
    },
    pinned: message.isPinned && !message.isDeleted,
    editedAt: message.editedUs === undefined ? null : dateOf(message.editedUs),
    deletedAt: message.isDeleted ? dateOf(message.us) : null,
    createdAt: dateOf(message.us),
    reactions: message.isDeleted ? [] : reactionsOf(message, names, notices),
  }
}

function reactionsOf(message: ReadMessage, names: Names, notices: NoticeBook): ImportedMessage['reactions'] {
  return usableReactions(message.reactions, notices)
    .map(({ emoji, users }) => ({ emoji, user_ids: users.flatMap((user) => names.userOf(user)?.id ?? []) }))
    .filter(({ user_ids }) => user_ids.length > 0)
}
