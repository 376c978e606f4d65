import type { Tx } from '@afrochat/database'
import type { Origin, WorkspaceId } from '@afrochat/kernel'
import { hashOf, NO_HASH } from './audit-hash.ts'
import * as audit from './audit.repository.ts'

/** Every kind of entry, in the past tense, as events are named. */
export type AuditAction =
  | 'workspace_updated' | 'workspace_deleted' | 'ownership_transferred'
  | 'member_updated' | 'member_deactivated' | 'member_reactivated'
  | 'invite_created' | 'invite_revoked'
  | 'channel_updated' | 'channel_archived' | 'channel_unarchived' | 'channel_converted' | 'channel_deleted' | 'channel_member_removed' | 'channel_member_updated'
  | 'message_deleted' | 'messages_bulk_deleted' | 'thread_locked' | 'thread_unlocked'
  | 'emoji_added' | 'emoji_removed' | 'group_created' | 'group_updated' | 'group_deleted'
  /** Somebody was not allowed an administrative act. */
  | 'permission_denied'

export interface AuditedAct {
  readonly workspaceId: WorkspaceId
  readonly action: AuditAction
  /** The id, or name, of whom or what it was done to. */
  readonly targetId?: string | null
  /** Small facts: what it was before and is now. Never the words of a message. */
  readonly details?: Readonly<Record<string, unknown>>
}

/**
 * Writes an administrative act to the workspace's audit log, in the transaction of the act. Call it after everything
 * else has been locked and written: from here on nobody else writes to this log until the transaction ends.
 */
export async function recordAudit(tx: Tx, { userId, requestId }: Pick<Origin, 'userId' | 'requestId'>, act: AuditedAct): Promise<void> {
  await audit.lock(tx, act.workspaceId)
  const { now, number, hash } = await audit.readEnd(tx, act.workspaceId)
  const entry = {
    workspace_id: act.workspaceId,
    number: (number ?? 0) + 1,
    action: act.action,
    actor_id: userId,
    target_id: act.targetId ?? null,
    details: JSON.stringify(act.details ?? {}),
    request_id: requestId,
    created_at: now,
    previous_hash: hash ?? NO_HASH,
  }
  await audit.insert(tx, { ...entry, hash: hashOf(entry) })
}
