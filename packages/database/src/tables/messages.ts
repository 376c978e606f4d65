import type { ColumnType, Generated } from 'kysely'
import type { LinkPreview, SystemNote } from '@afrochat/contracts'
import type { ChannelId, DraftId, GroupId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

/** Null unless it is set: an insert need not name it. */
type Absent<T> = ColumnType<T | null, T | null | undefined>

export interface MessagesTable {
  id: MessageId
  workspace_id: WorkspaceId
  channel_id: ChannelId
  user_id: UserId
  content: string
  thread_id: MessageId | null
  seq: number
  change_seq: number
  client_msg_id: string | null
  body_hash: Buffer | null
  kind: Generated<'user' | 'bot' | 'system'>
  also_in_channel: Generated<boolean>
  mention_user_ids: Generated<UserId[]>
  mention_channel: 'here' | 'channel' | 'everyone' | null
  reply_count: Generated<number>
  reply_user_ids: Generated<UserId[]>
  last_reply_at: Date | null
  /** Of a system message: what happened. Null for those that came with an import. */
  system: ColumnType<SystemNote | null, string | null | undefined, string | null>
  mention_group_ids: Generated<GroupId[]>
  /** Messages whose permalinks are in the text. */
  quoted_message_ids: Generated<MessageId[]>
  previews: ColumnType<LinkPreview[], string | undefined, string>
  pinned_at: Absent<Date>
  pinned_by: Absent<UserId>
  /** Of a root: no more replies and reactions. */
  locked_at: Absent<Date>
  edited_at: Date | null
  deleted_at: Date | null
  created_at: Date
}

export interface MessageRevisionsTable {
  message_id: MessageId
  change_seq: number
  content: string
  editor_id: UserId
  created_at: Generated<Date>
}

export interface ReactionsTable {
  message_id: MessageId
  emoji: string
  user_id: UserId
  created_at: Generated<Date>
  /** Of its reaction_added: people in the order in which they reacted. Zero: came with an import. */
  seq: Generated<number>
  /** Of the first reaction of its emoji on the message: groups keep their place while anybody is in them. */
  emoji_seq: Generated<number>
}

/** Somebody who was mentioned when it was said: what a mention counts by. */
export interface MessageMentionsTable {
  channel_id: ChannelId
  user_id: UserId
  seq: number
  message_id: MessageId
  thread_id: MessageId | null
  /** False: counts for its thread alone. */
  in_channel: boolean
  /** False: `@here`, which a muted channel does not count. */
  direct: boolean
}

export interface ThreadSubscriptionsTable {
  root_id: MessageId
  user_id: UserId
  workspace_id: WorkspaceId
  channel_id: ChannelId
  /** False: unfollowed by hand; only a new mention brings it back. */
  following: boolean
  last_read_seq: Generated<number>
}

export interface SavedMessagesTable {
  user_id: UserId
  message_id: MessageId
  workspace_id: WorkspaceId
  channel_id: ChannelId
  saved_at: Generated<Date>
}

export interface DraftsTable {
  id: DraftId
  user_id: UserId
  workspace_id: WorkspaceId
  channel_id: ChannelId
  thread_id: MessageId | null
  content: string
  /** Rises with each save, and over the end of a draft. */
  version: number
  updated_at: Generated<Date>
}
