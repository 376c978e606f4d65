import type { Db } from '@afrochat/database'

/** How far each consumer has come in each shard: next to the log's own positions this is how far it is behind. */
export const readConsumerPositions = (db: Db): Promise<{ consumer: string; shard: number; pos: number }[]> =>
  db.selectFrom('log_consumers').select(['consumer', 'shard', 'pos']).execute()
