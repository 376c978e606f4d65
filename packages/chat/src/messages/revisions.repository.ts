import type { Selectable } from 'kysely'
import type { Db, MessageRevisionsTable } from '@afrochat/database'
import type { MessageId } from '@afrochat/kernel'

export type RevisionRow = Selectable<MessageRevisionsTable>

export const list = (db: Db, { messageId, before, limit }: { messageId: MessageId; before: number | undefined; limit: number }): Promise<RevisionRow[]> =>
  db.selectFrom('message_revisions').selectAll().where('message_id', '=', messageId)
    .$if(before !== undefined, (query) => query.where('change_seq', '<', before ?? 0))
    .orderBy('change_seq', 'desc').limit(limit).execute()
