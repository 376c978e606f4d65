import { sql } from 'kysely'
import type { Tx } from '@afrochat/database'
import type { MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface ReactionKey {
  readonly messageId: MessageId
  readonly emoji: string
  readonly userId: UserId
}

/** Joins the group of its emoji, or opens one at the end. The caller holds the channel's lock. */
export async function insert(tx: Tx, { messageId, emoji, userId, seq }: ReactionKey & { seq: number }): Promise<void> {
  const emojiSeq = sql<number>`coalesce((select min(emoji_seq) from reactions where message_id = ${messageId} and emoji = ${emoji}), ${seq}::bigint)`
  await tx.insertInto('reactions').values({ message_id: messageId, emoji, user_id: userId, seq, emoji_seq: emojiSeq }).execute()
}

export async function remove(tx: Tx, { messageId, emoji, userId }: ReactionKey): Promise<void> {
  await tx.deleteFrom('reactions').where('message_id', '=', messageId).where('emoji', '=', emoji).where('user_id', '=', userId).execute()
}

/** Whether the workspace has an emoji of this name, which it then keeps until the transaction ends. */
export async function holdCustomEmoji(tx: Tx, workspaceId: WorkspaceId, name: string): Promise<boolean> {
  const row = await tx.selectFrom('custom_emoji').select('name').where('workspace_id', '=', workspaceId).where('name', '=', name).forKeyShare().executeTakeFirst()
  return row !== undefined
}
