import { sql } from 'kysely'
import type { Tx } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'

interface Mark {
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly seq: number
}

/** Whether it moved. Two marks of one person at once: the later one waits for the row, then compares with what the other left. */
export async function moveForward(tx: Tx, { channelId, userId, seq }: Mark): Promise<boolean> {
  if (seq === 0) return false
  const moved = await tx.insertInto('channel_user_states')
    .values({ channel_id: channelId, user_id: userId, last_read_seq: seq })
    .onConflict((conflict) => conflict.columns(['channel_id', 'user_id'])
      .doUpdateSet({ last_read_seq: sql<number>`excluded.last_read_seq` })
      .where('channel_user_states.last_read_seq', '<', sql<number>`excluded.last_read_seq`))
    .returning('last_read_seq').executeTakeFirst()
  return moved !== undefined
}

/** Whether it moved: never forward, for what is between would become read. */
export async function moveBack(tx: Tx, { channelId, userId, seq }: Mark): Promise<boolean> {
  const moved = await tx.updateTable('channel_user_states').set({ last_read_seq: seq })
    .where('channel_id', '=', channelId).where('user_id', '=', userId).where('last_read_seq', '>', seq)
    .returning('last_read_seq').executeTakeFirst()
  return moved !== undefined
}

/** The marks of one person in several channels, in one order for all, so that nobody waits crosswise. */
export async function moveAllForward(tx: Tx, userId: UserId, marks: readonly Omit<Mark, 'userId'>[]): Promise<void> {
  if (marks.length === 0) return
  await sql`
    insert into channel_user_states as s (channel_id, user_id, last_read_seq)
    select channel_id, ${userId}::uuid, seq
    from unnest(${marks.map(({ channelId }) => channelId)}::uuid[], ${marks.map(({ seq }) => seq)}::bigint[]) as mark(channel_id, seq)
    order by channel_id
    on conflict (channel_id, user_id) do update set last_read_seq = excluded.last_read_seq where s.last_read_seq < excluded.last_read_seq`.execute(tx)
}
