import { sql } from 'kysely'
import type { Tx } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'

interface Place {
  readonly channelId: ChannelId
  readonly userId: UserId
}

/** Whether it moved. Two marks of one person at once: the later one waits for the row, then compares with what the other left. */
export async function moveForward(tx: Tx, { channelId, userId, seq }: Place & { seq: number }): Promise<boolean> {
  if (seq === 0) return false
  const moved = await tx.insertInto('channel_user_states')
    .values({ channel_id: channelId, user_id: userId, last_read_seq: seq })
    .onConflict((conflict) => conflict.columns(['channel_id', 'user_id'])
      .doUpdateSet({ last_read_seq: sql<number>`excluded.last_read_seq` })
      .where('channel_user_states.last_read_seq', '<', sql<number>`excluded.last_read_seq`))
    .returning('last_read_seq').executeTakeFirst()
  return moved !== undefined
}

/** A statement after the one that may have waited. 0: nothing was ever read. */
export async function get(tx: Tx, { channelId, userId }: Place): Promise<number> {
  const row = await tx.selectFrom('channel_user_states').select('last_read_seq')
    .where('channel_id', '=', channelId).where('user_id', '=', userId).executeTakeFirst()
  return row?.last_read_seq ?? 0
}
