import { memberStream } from '@afrochat/contracts'
import type { Transact, UnitOfWork } from '@afrochat/database'
import type { Actor, Origin, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import * as invites from '../invites/invites.repository.ts'
import * as deletions from './deletions.repository.ts'
import { getWorkspaceFor, lockWorkspaceToChange } from './load-workspace.ts'
import * as workspaces from './workspaces.repository.ts'

/** The log takes the events of one transaction in one piece, while every other writer waits: bulk work goes in pieces of this size. */
const AT_ONCE = 100

/**
 * Takes a workspace away: from this moment it does not exist for anybody. Its people are told, each on their own stream,
 * and what is in its channels is removed in the background, as that of a deleted channel is.
 */
export async function deleteWorkspace({ transact }: { transact: Transact }, actor: Actor, id: WorkspaceId): Promise<void> {
  const wanted = { id, action: 'workspace.delete', targetId: id } as const
  await transact(actor, async ({ tx }) => {
    await getWorkspaceFor(tx, actor, wanted)
    await invites.lockPending(tx, { workspaceId: id })
    const { workspace: { name, slug } } = await lockWorkspaceToChange(tx, actor, wanted)
    await workspaces.update(tx, id, { deleted_at: new Date() })
    await deletions.hideChannels(tx, id)
    await invites.revokeAll(tx, id)
    await recordAudit(tx, actor, { workspaceId: id, action: 'workspace_deleted', targetId: id, details: { name, slug } })
  })
  await dismissMembers({ transact }, actor, id)
}

/**
 * Ends everybody's membership of a deleted workspace and tells them. There may be thousands, so it goes in pieces;
 * a deletion that a crash cut off here is finished by calling it again.
 */
export async function dismissMembers({ transact }: { transact: Transact }, origin: Origin, id: WorkspaceId): Promise<void> {
  let dismissed: number
  do dismissed = await transact(origin, (uow) => dismissSome(uow, origin, id))
  while (dismissed === AT_ONCE)
}

async function dismissSome({ tx, emit }: UnitOfWork, { userId }: Origin, id: WorkspaceId): Promise<number> {
  const userIds = await deletions.lockMembers(tx, { workspaceId: id, limit: AT_ONCE })
  await deletions.deactivateMembers(tx, { workspaceId: id, userIds, by: userId })
  for (const member of userIds) {
    // On their own streams: everybody is to hear of it, also by resuming later, when nobody is a member any more.
    emit({ type: 'workspace_deleted', stream: memberStream(id, member), workspaceId: id, payload: { workspace_id: id } })
  }
  return userIds.length
}
