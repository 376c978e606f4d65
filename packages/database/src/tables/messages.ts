import type { Generated } from 'kysely'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

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
  pinned: Generated<boolean>
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
