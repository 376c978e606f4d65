import { sql } from 'kysely'
import type { Db } from '@afrochat/database'
import type { ChannelId, MessageId, UserId } from '@afrochat/kernel'

export interface QuoteRow {
  readonly message_id: MessageId
  readonly channel_id: ChannelId
  readonly user_id: UserId
  readonly content: string
  readonly created_at: Date
}

/** Those that exist and are not deleted. Says nothing of who may read them. */
export const listPresent = (db: Db, ids: readonly MessageId[]): Promise<QuoteRow[]> =>
  db.selectFrom('messages').select(['id as message_id', 'channel_id', 'user_id', 'content', 'created_at'])
    .where(sql<boolean>`id = any(${ids}::uuid[])`).where('deleted_at', 'is', null).execute()
