import { sql, type Selectable } from 'kysely'
import type { StreamKey } from '@afrochat/contracts'
import type { ChannelsTable, Db } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'

/** A channel with what its stream head knows of it: posting never touches the row itself. */
export type ChannelRow = Selectable<ChannelsTable> & { last_seq: number; last_message_at: Date | null }

/** The channel and what the user is to it; undefined when they are no active member of its workspace. */
export const findWithStanding = (db: Db, userId: UserId, channelId: ChannelId) =>
  db.selectFrom('channels as c')
    .innerJoin('stream_heads as h', (join) => join.on('h.stream_key', '=', streamKeyOf('c.id')))
    .innerJoin('workspace_members as w', (join) =>
      join.onRef('w.workspace_id', '=', 'c.workspace_id').on('w.user_id', '=', userId).on('w.deactivated_at', 'is', null))
    .leftJoin('channel_members as m', (join) =>
      join.onRef('m.channel_id', '=', 'c.id').on('m.user_id', '=', userId).on('m.to_seq', 'is', null))
    .selectAll('c')
    .select(['h.seq as last_seq', 'h.last_message_at', 'w.role as workspace_role', 'm.role as channel_role', 'm.from_seq'])
    .where('c.id', '=', channelId)
    .executeTakeFirst()

/** The key of a channel's stream, in SQL. */
const streamKeyOf = (column: string) => sql<StreamKey>`'c:' || ${sql.ref(column)}`
