import { sql } from 'kysely'
import type { LinkPreview } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { MessageId, UserId } from '@afrochat/kernel'
import { columns, forReader } from '../messages/message-rows.repository.ts'
import type { MessageRow, ReaderRow } from '../messages/message.view.ts'

export type PreviewedRow = Pick<MessageRow, 'id' | 'workspace_id' | 'channel_id' | 'user_id' | 'content' | 'previews'>

/** After so many minutes since it was written or edited, a preview would come as a surprise, and only move an old message about. */
const FRESH_MINUTES = 60

/** The message, if previews may still be added to it: somebody's, there, in a channel that is there and not archived, and new. */
export const findOpen = (db: Db, id: MessageId): Promise<PreviewedRow | undefined> =>
  db.selectFrom('messages')
    .innerJoin('channels', 'channels.id', 'messages.channel_id')
    .innerJoin('workspaces', 'workspaces.id', 'channels.workspace_id')
    .select(['messages.id', 'messages.workspace_id', 'messages.channel_id', 'messages.user_id', 'messages.content', 'messages.previews'])
    .where('messages.id', '=', id).where('messages.deleted_at', 'is', null).where('messages.kind', '<>', 'system')
    .where('channels.archived_at', 'is', null).where('channels.deleted_at', 'is', null).where('workspaces.deleted_at', 'is', null)
    .where(sql<boolean>`coalesce(messages.edited_at, messages.created_at) > now() - make_interval(mins => ${FRESH_MINUTES})`)
    .executeTakeFirst()

/** It is no edit: nobody has changed their words. */
export const replacePreviews = (
  tx: Tx,
  { id, user_id }: { readonly id: MessageId; readonly user_id: UserId },
  { previews, seq }: { readonly previews: readonly LinkPreview[]; readonly seq: number },
): Promise<ReaderRow> =>
  tx.updateTable('messages').set({ previews: JSON.stringify(previews), change_seq: seq }).where('id', '=', id)
    .returning(columns).returning(forReader(user_id)).executeTakeFirstOrThrow()
