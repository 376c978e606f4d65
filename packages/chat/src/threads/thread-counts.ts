import { sql } from 'kysely'
import { MAX_COUNT } from '@afrochat/workspace'

/*
 * What is new in followed threads. Parts of queries over a subscription `s`, its channel `c`, the membership `m` of the
 * person in it, and what they keep about it `k`. `limit 1` keeps the planner from putting a count wherever its name
 * stands, and counting again there.
 */

/** Where the parts come from. Threads of channels that the person is not in now have no counts, and come back with them. */
export const fromSubscriptions = sql`
  from thread_subscriptions s
  join channels c on c.id = s.channel_id and c.deleted_at is null
  left join channel_members m on m.channel_id = s.channel_id and m.user_id = s.user_id and m.to_seq is null
  left join channel_user_states k on k.channel_id = s.channel_id and k.user_id = s.user_id`

/** Up to here they have read: to their mark, or to their joining the channel when that is later. */
export const threadRead = sql<number>`greatest(s.last_read_seq, m.from_seq)`

/** Replies of others since then. Those that are also in the channel count there, and not twice. */
const isUnread = sql<boolean>`
  x.thread_id = s.root_id and x.seq > ${threadRead} and not x.also_in_channel
  and x.deleted_at is null and (x.user_id <> s.user_id or x.kind = 'bot') and x.kind <> 'system'`

const isMuted = sql<boolean>`coalesce(k.muted, false)`
const limit = sql.lit(MAX_COUNT + 1)

/**
 * Two lateral rows, `unread` with `unread_count` and `mentions` with `mention_count`. A mention is what calls the person or
 * everybody; in a muted channel only what names them. In the threads of direct messages that are not muted, everything is.
 */
export const withThreadCounts = sql`
  cross join lateral (
    select case when s.following and m.user_id is not null
      then (select count(*) from (select from messages x where ${isUnread} limit ${limit}) counted) else 0 end as unread_count limit 1
  ) unread
  cross join lateral (
    select case
      when unread.unread_count = 0 then 0
      when c.kind in ('dm', 'group_dm') and not ${isMuted} then unread.unread_count
      else (
        select count(*) from (
          select from message_mentions n
          where n.thread_id = s.root_id and n.user_id = s.user_id and n.seq > ${threadRead} and not n.in_channel and (n.direct or not ${isMuted})
          limit ${limit}) counted
      ) + (
        select count(*) from (
          select from messages x
          where ${isUnread} and x.mention_channel in ('channel', 'everyone') and not ${isMuted}
            and not exists (select from message_mentions n where n.channel_id = x.channel_id and n.user_id = s.user_id and n.seq = x.seq)
          limit ${limit}) counted
      )
    end as mention_count limit 1
  ) mentions`

/** Counts as they are shown. */
export const shownUnread = sql<number>`least(unread.unread_count, ${sql.lit(MAX_COUNT)})`
export const shownMentions = sql<number>`least(mentions.mention_count, ${sql.lit(MAX_COUNT)})`
