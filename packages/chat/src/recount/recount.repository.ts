import { sql } from 'kysely'
import { channelStream } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, MessageId, UserId } from '@afrochat/kernel'

interface RootDrift {
  readonly id: MessageId
  readonly stored: string
  readonly actual: string
}

/** Roots of which count, people and time of the replies are not what the replies are. */
export async function listRoots(db: Db, channelId: ChannelId): Promise<RootDrift[]> {
  const { rows } = await sql<RootDrift>`
    with live as (
      select thread_id, user_id, seq, created_at from messages where channel_id = ${channelId} and thread_id is not null and deleted_at is null
    ), people as (
      select thread_id, array_agg(user_id order by first) filter (where nth <= 10) as user_ids
      from (select thread_id, user_id, min(seq) as first, row_number() over (partition by thread_id order by min(seq)) as nth
            from live group by thread_id, user_id) one
      group by thread_id
    ), threads as (
      select thread_id, count(*) as reply_count, (array_agg(created_at order by seq desc))[1] as last_reply_at from live group by thread_id
    ), compared as (
      select r.id, r.reply_count, r.reply_user_ids, r.last_reply_at,
             coalesce(t.reply_count, 0) as count, coalesce(p.user_ids, '{}') as user_ids, t.last_reply_at as last_at
      from messages r left join threads t on t.thread_id = r.id left join people p on p.thread_id = r.id
      where r.channel_id = ${channelId} and r.thread_id is null
    )
    select id, concat_ws(' ', reply_count, reply_user_ids, last_reply_at) as stored, concat_ws(' ', count, user_ids, last_at) as actual
    from compared
    where reply_count <> count or reply_user_ids <> user_ids or last_reply_at is distinct from last_at
    order by id`.execute(db)
  return rows
}

export interface OrphanedMention {
  readonly user_id: UserId
  readonly seq: number
  readonly message_id: MessageId
}

export async function listOrphanedMentions(db: Db, channelId: ChannelId): Promise<OrphanedMention[]> {
  const { rows } = await sql<OrphanedMention>`
    select n.user_id, n.seq, n.message_id
    from message_mentions n join messages m on m.id = n.message_id
    where n.channel_id = ${channelId} and (
      m.deleted_at is not null or m.channel_id <> n.channel_id or m.seq <> n.seq or m.thread_id is distinct from n.thread_id
      or n.in_channel <> (m.thread_id is null or m.also_in_channel) or (m.user_id = n.user_id and m.kind = 'user'))
    order by n.seq, n.user_id`.execute(db)
  return rows
}

export async function removeMentions(tx: Tx, channelId: ChannelId, orphans: readonly OrphanedMention[]): Promise<void> {
  for (const { user_id, seq } of orphans) {
    await tx.deleteFrom('message_mentions').where('channel_id', '=', channelId).where('user_id', '=', user_id).where('seq', '=', seq).execute()
  }
}

interface Follower {
  readonly root_id: MessageId
  readonly user_id: UserId
}

export async function listLostFollowers(db: Db, channelId: ChannelId): Promise<Follower[]> {
  const { rows } = await sql<Follower>`
    select s.root_id, s.user_id
    from messages r join thread_subscriptions s on s.root_id = r.id
    where r.channel_id = ${channelId}
      and (r.thread_id is not null or r.deleted_at is not null or s.channel_id <> r.channel_id or s.workspace_id <> r.workspace_id)
    order by s.root_id, s.user_id`.execute(db)
  return rows
}

export async function removeFollowers(tx: Tx, followers: readonly Follower[]): Promise<void> {
  for (const { root_id, user_id } of followers) {
    await tx.deleteFrom('thread_subscriptions').where('root_id', '=', root_id).where('user_id', '=', user_id).execute()
  }
}

interface MarkDrift extends Follower {
  readonly stored: number
  readonly actual: number
}

export async function listThreadMarksBeyondHead(db: Db, channelId: ChannelId): Promise<MarkDrift[]> {
  const { rows } = await sql<MarkDrift>`
    select s.root_id, s.user_id, s.last_read_seq as stored, h.seq as actual
    from stream_heads h
    join messages r on r.channel_id = ${channelId}
    join thread_subscriptions s on s.root_id = r.id and s.last_read_seq > h.seq
    where h.stream_key = ${channelStream(channelId)} order by s.root_id, s.user_id`.execute(db)
  return rows
}

export async function mendThreadMarks(tx: Tx, marks: readonly MarkDrift[]): Promise<void> {
  for (const { root_id, user_id, actual } of marks) {
    await tx.updateTable('thread_subscriptions').set({ last_read_seq: actual }).where('root_id', '=', root_id).where('user_id', '=', user_id).execute()
  }
}
