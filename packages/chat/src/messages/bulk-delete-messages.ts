import { channelStream, type AnswerOf, type BodyOf, type messageRoutes, type ParamsOf } from '@afrochat/contracts'
import type { Transact, UnitOfWork } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { assertOpen, lockChannelFor, recordAudit, type ChannelRow } from '@afrochat/workspace'
import { entombMessages } from './entomb-messages.ts'
import { messageNotFound } from './message.errors.ts'
import type { MessageRow } from './message.view.ts'
import * as messages from './messages.repository.ts'

export type BulkDeleteMessages = ParamsOf<typeof messageRoutes.bulkDeleteMessages> & BodyOf<typeof messageRoutes.bulkDeleteMessages>
export type BulkDeletion = AnswerOf<typeof messageRoutes.bulkDeleteMessages>

/**
 * Deletes messages of a channel in one change of it. Those that are not there fail by themselves; one that was deleted
 * before is as it should be.
 */
export async function bulkDeleteMessages({ transact }: { transact: Transact }, actor: Actor, input: BulkDeleteMessages): Promise<BulkDeletion> {
  const { channel_id: channelId, message_ids: wanted } = input
  return transact(actor, async (uow) => {
    const { channel } = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'message.delete' })
    assertOpen(channel)
    const rows = await messages.listByIds(uow.tx, channelId, wanted)
    const doomed = rows.filter(({ deleted_at }) => deleted_at === null)
    if (doomed.length > 0) await entombAll(uow, channel, doomed)
    const ofOthers = doomed.filter(({ user_id }) => user_id !== actor.userId).map(({ id }) => id)
    if (ofOthers.length > 0) {
      await recordAudit(uow.tx, actor, { workspaceId: channel.workspace_id, action: 'messages_bulk_deleted', targetId: channelId, details: { message_ids: ofOthers } })
    }
    const found = new Set(rows.map(({ id }) => id))
    return { deleted: wanted.filter((id) => found.has(id)), failed: wanted.filter((id) => !found.has(id)).map((id) => ({ id, ...NOT_FOUND })) }
  })
}

const { code, message: error } = messageNotFound()
const NOT_FOUND = { code, error }

function entombAll(uow: UnitOfWork, channel: ChannelRow, doomed: readonly MessageRow[]): Promise<void> {
  return entombMessages(uow, { channel, messages: doomed }, ({ seq, deletedAt }) => {
    const payload = { channel_id: channel.id, ids: doomed.map(({ id }) => id), change_seq: seq, deleted_at: deletedAt }
    uow.emit({ type: 'messages_bulk_deleted', stream: channelStream(channel.id), workspaceId: channel.workspace_id, seq, payload })
  })
}
