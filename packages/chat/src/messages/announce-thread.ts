import { channelStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { MessageRow } from './message.view.ts'

/** Tells the channel what a root's thread is now; the root has the `seq` of this change as its `change_seq`. */
export function announceThread({ emit }: Pick<UnitOfWork, 'emit'>, root: MessageRow): void {
  const { id, channel_id, workspace_id: workspaceId, reply_count, reply_user_ids, change_seq } = root
  const payload = {
    id, channel_id, reply_count, reply_user_ids, change_seq,
    last_reply_at: root.last_reply_at?.toISOString() ?? null, locked: root.locked_at !== null,
  }
  emit({ type: 'thread_updated', stream: channelStream(channel_id), workspaceId, seq: change_seq, payload })
}
