import { sql, type RawBuilder } from 'kysely'

/** Counts are exact up to here and stop here, so that years of absence cost no more than this; one more says that there are more. */
export const MAX_COUNT = 10_000

/*
 * Parts of queries over the channel `c`, its head `h`, and what somebody is to it: their membership `m`, none of whose
 * columns are there if they are no member, and what they keep `s`, which may be missing too. `limit 1` keeps the planner
 * from putting a count wherever its name stands, and counting again there.
 */

/** Up to here they have read: to their mark, or to their joining when that is later. */
export const lastRead = sql<number>`greatest(s.last_read_seq, m.from_seq, 0)`

/** What others, bots of theirs included, wrote in the channel itself since then; a reply where it was also sent to the channel. */
const isUnread = sql<boolean>`
  x.channel_id = c.id and x.seq > ${lastRead} and (x.thread_id is null or x.also_in_channel)
  and x.deleted_at is null and (x.user_id <> m.user_id or x.kind = 'bot') and x.kind <> 'system'`

/** Nothing can be counted for a stranger, nor where nothing happened since. */
const isNothing = sql<boolean>`m.channel_id is null or h.seq <= ${lastRead}`
const isDirect = sql<boolean>`c.kind in ('dm', 'group_dm')`
const isMuted = sql<boolean>`coalesce(s.muted, false)`
const limit = sql.lit(MAX_COUNT + 1)

/** A lateral row. */
export const unreadOfChannel = unreadWhere(sql`true`)
/** The same for direct messages, and nothing for others: enough for counting mentions. */
export const unreadOfDirect = unreadWhere(isDirect)

function unreadWhere(condition: RawBuilder<unknown>) {
  return sql<{ unread_count: number }>`(
    select case when ${isNothing} or not ${condition} then 0
      else (select count(*) from (select from messages x where ${isUnread} limit ${limit}) counted) end as unread_count limit 1)`
}

/**
 * A lateral row beside that one, which is called `unread`. A mention is a message that calls the person or everybody,
 * each once; in a muted channel only what names them. Of a direct message that is not muted, everything is.
 */
export const mentionsOfChannel = sql<{ mention_count: number }>`(
  select case
    when ${isNothing} then 0
    when ${isDirect} and not ${isMuted} then unread.unread_count
    else (
      select count(*) from (
        select from message_mentions n
        where n.channel_id = c.id and n.user_id = m.user_id and n.seq > ${lastRead} and n.in_channel and (n.direct or not ${isMuted})
        limit ${limit}) counted
    ) + (
      select count(*) from (
        select from messages x
        where ${isUnread} and x.mention_channel in ('channel', 'everyone') and not ${isMuted}
          and not exists (select from message_mentions n where n.channel_id = c.id and n.user_id = m.user_id and n.seq = x.seq)
        limit ${limit}) counted
    )
  end as mention_count limit 1)`
