import { sql } from 'kysely'
import type { Db } from '@afrochat/database'

export interface ClusterChange {
  readonly epoch: string
}

/** The present epoch, when it was drawn on another cluster or another timeline than this one; else undefined. */
export async function findClusterChange(db: Db): Promise<ClusterChange | undefined> {
  const { rows } = await sql<ClusterChange>`
    select epoch from log_epoch
    where system_identifier <> (select system_identifier::text from pg_control_system())
       or timeline <> substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)`.execute(db)
  return rows[0]
}

/** Begins a new epoch in place of `epoch`, unless another keeper just did; returns the one that holds now. */
export async function drawEpoch(db: Db, epoch: string): Promise<string> {
  await sql`
    update log_epoch set
      epoch = substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
      system_identifier = (select system_identifier::text from pg_control_system()),
      timeline = substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
    where epoch = ${epoch}`.execute(db)
  const { epoch: present } = await db.selectFrom('log_epoch').select('epoch').executeTakeFirstOrThrow()
  return present
}

const CHUNK = 1_000

/** Removes events older than `days`, oldest first, in chunks; keeps each shard's last one, from which positions are counted. */
export async function removeOldEvents(
  db: Db,
  { shards, days, signal }: { readonly shards: number; readonly days: number; readonly signal: AbortSignal },
): Promise<number> {
  let removed = 0
  for (let shard = 0; shard < shards; shard += 1) {
    let chunk: number
    do {
      chunk = await removeChunk(db, shard, days)
      removed += chunk
    } while (chunk === CHUNK && !signal.aborted)
  }
  return removed
}

/** A prefix only, so that what stays has no hole: times are nearly in order of positions, but not quite. */
async function removeChunk(db: Db, shard: number, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from events where shard = ${shard}::smallint and pos < (
      select min(pos) from (
        select pos, created_at from events where shard = ${shard}::smallint order by pos limit ${CHUNK + 1}) oldest
      where created_at >= now() - make_interval(days => ${days}::int)
         or pos = (select max(pos) from events where shard = ${shard}::smallint)
         or pos = (select max(pos) from (select pos from events where shard = ${shard}::smallint order by pos limit ${CHUNK + 1}) page))`.execute(db)
  return Number(numAffectedRows ?? 0)
}
