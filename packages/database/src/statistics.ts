import { sql } from 'kysely'
import type { Db } from './connect.ts'

/**
 * Tells the planner how large the tables are, after a bulk load. Until then (autovacuum comes a minute later) it takes
 * them for as small as they were, and reads a whole channel to show a page of it.
 */
export async function refreshStatistics(db: Db): Promise<void> {
  await sql`analyze users, workspace_members, channels, channel_members, channel_user_states, messages, reactions, message_mentions, thread_subscriptions, stream_heads, events`.execute(db)
}
