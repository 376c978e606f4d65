import type { ThreadSubscription } from '@afrochat/contracts'
import type { SubscriptionRow } from './subscriptions.repository.ts'

/** What a person is to a thread, as they and their devices see it. */
export function toSubscription(row: SubscriptionRow): ThreadSubscription {
  return {
    message_id: row.root_id,
    channel_id: row.channel_id,
    following: row.following,
    last_read_seq: row.last_read_seq,
    unread_count: row.unread_count,
    mention_count: row.mention_count,
    as_of_seq: row.last_seq,
  }
}
