import { sql } from 'kysely'
import type { Db, MessageMentionsTable, Tx } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

/** Who speaks, and where. */
export interface Speaker {
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly userId: UserId
}

export interface Person {
  readonly id: UserId
  readonly username: string
  readonly is_bot: boolean
  /** Whether they are not in the channel and could be: the people of a direct message do not change. */
  readonly is_addable: boolean
}

/**
 * The active members of the workspace among these names and ids; for a guest, of them those with whom they share a
 * channel. Memberships are looked up one by one: joined, the planner may read all members of the workspace first.
 */
export async function findPeople(
  db: Db,
  { workspaceId, channelId, userId }: Speaker,
  { names, ids }: { readonly names: readonly string[]; readonly ids: readonly UserId[] },
): Promise<Person[]> {
  const { rows } = await sql<Person>`
    select u.id, u.username, u.is_bot,
           not u.is_in_channel and (select c.kind not in ('dm', 'group_dm') from channels c where c.id = ${channelId}) as is_addable
    from (
      select id, username, is_bot,
             (select true from channel_members m where m.channel_id = ${channelId} and m.user_id = users.id and m.to_seq is null) is not null as is_in_channel
      from users where (username = any(${names}::text[]) or id = any(${ids}::uuid[])) and status = 'active'
    ) u
    where (select w.deactivated_at is null from workspace_members w where w.workspace_id = ${workspaceId} and w.user_id = u.id)
      and (u.is_in_channel or ${isFull({ workspaceId, userId })} or (
        select true from channel_members mine
        join channel_members theirs on theirs.channel_id = mine.channel_id and theirs.user_id = u.id and theirs.to_seq is null
        where mine.user_id = ${userId} and mine.workspace_id = ${workspaceId} and mine.to_seq is null limit 1))`.execute(db)
  return rows
}

/** Guests know of no groups. */
export async function isFullMember(db: Db, speaker: Pick<Speaker, 'workspaceId' | 'userId'>): Promise<boolean> {
  const { rows: [row] } = await sql<{ is_full: boolean | null }>`select ${isFull(speaker)} as is_full`.execute(db)
  return row?.is_full ?? false
}

const isFull = ({ workspaceId, userId }: Pick<Speaker, 'workspaceId' | 'userId'>) => sql<boolean | null>`(
  select own.role <> 'guest' and own.deactivated_at is null from workspace_members own
  where own.workspace_id = ${workspaceId} and own.user_id = ${userId})`

export async function listMemberIds(db: Db, channelId: ChannelId): Promise<UserId[]> {
  const rows = await db.selectFrom('channel_members').select('user_id').where('channel_id', '=', channelId).where('to_seq', 'is', null).execute()
  return rows.map(({ user_id }) => user_id)
}

/** The message that mentions them. */
export interface MentioningMessage {
  readonly id: MessageId
  readonly channel_id: ChannelId
  readonly user_id: UserId
  readonly kind: 'user' | 'bot' | 'system'
  readonly seq: number
  readonly thread_id: MessageId | null
  readonly also_in_channel: boolean
}

/** Mentions those of the people who are in the channel and not the author; gives those who were not mentioned by name before. */
export async function add(tx: Tx, message: MentioningMessage, { userIds, direct }: { userIds: readonly UserId[]; direct: boolean }): Promise<UserId[]> {
  if (userIds.length === 0) return []
  const { rows } = await sql<Pick<MessageMentionsTable, 'user_id'>>`
    insert into message_mentions as n (channel_id, user_id, seq, message_id, thread_id, in_channel, direct)
    select ${message.channel_id}::uuid, m.user_id, ${message.seq}::bigint, ${message.id}::uuid, ${message.thread_id}::uuid,
           ${message.thread_id === null || message.also_in_channel}::boolean, ${direct}::boolean
    from channel_members m
    where m.channel_id = ${message.channel_id} and m.user_id = any(${userIds}::uuid[]) and m.to_seq is null
      and (m.user_id <> ${message.user_id} or ${message.kind} = 'bot')
    on conflict (channel_id, user_id, seq) do update set direct = true where excluded.direct and not n.direct
    returning n.user_id`.execute(tx)
  return rows.map(({ user_id }) => user_id)
}

/** Takes back the mentions by name of these people, or of all but some. */
export async function removeDirect(
  tx: Tx,
  messageId: MessageId,
  whom: { readonly only: readonly UserId[] } | { readonly allBut: readonly UserId[] },
): Promise<void> {
  const chosen = 'only' in whom
    ? sql<boolean>`user_id = any(${whom.only}::uuid[])`
    : sql<boolean>`user_id <> all(${whom.allBut}::uuid[])`
  await tx.deleteFrom('message_mentions').where('message_id', '=', messageId).where('direct', '=', true).where(chosen).execute()
}

/** Takes back what `@here` was for. */
export async function removeHere(tx: Tx, messageId: MessageId): Promise<void> {
  await tx.deleteFrom('message_mentions').where('message_id', '=', messageId).where('direct', '=', false).execute()
}

/** Of messages that are deleted: they mention nobody any more. */
export async function removeAll(tx: Tx, messageIds: readonly MessageId[]): Promise<void> {
  await tx.deleteFrom('message_mentions').where('message_id', '=', sql<MessageId>`any(${messageIds}::uuid[])`).execute()
}
