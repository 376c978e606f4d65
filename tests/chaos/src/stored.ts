import pg from 'pg'
import type { Stored } from './check/history.ts'

/** What PostgreSQL holds. */
export async function readStored(databaseUrl: string): Promise<Stored> {
  return withDatabase(databaseUrl, async (query) => ({
    messages: await query(`
      -- What was planned has an id that the server gave it.
      select id, channel_id as "channelId", user_id as "userId", seq::int,
             case when kind = 'user' and client_msg_id not like 'scheduled-%' then client_msg_id end as "clientMsgId" from messages`),
    events: await query(`
      select shard, pos::int, stream_key as stream, case when stream_key like 'c:%' then substr(stream_key, 3) end as "channelId", seq::int, type,
             case when type = 'message_sent' then message_id end as "messageId" from events order by shard, pos`),
    memberships: await query(`select channel_id as "channelId", user_id as "userId", from_seq::int as "fromSeq", to_seq::int as "toSeq" from channel_members`),
  }))
}

/** Where each shard of the log ends. */
export async function readHeads(databaseUrl: string): Promise<ReadonlyMap<number, number>> {
  const rows = await withDatabase(databaseUrl, (query) => query<{ shard: number; pos: number }>('select shard, max(pos)::int as pos from events group by shard'))
  return new Map(rows.map(({ shard, pos }) => [shard, pos]))
}

export type Query = <R extends pg.QueryResultRow>(text: string) => Promise<R[]>

export async function withDatabase<T>(connectionString: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(async <R extends pg.QueryResultRow>(text: string) => (await client.query<R>(text)).rows)
  } finally {
    await client.end()
  }
}
