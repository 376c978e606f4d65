import { memberStream } from '@afrochat/contracts'
import type { Transact, UnitOfWork } from '@afrochat/database'
import type { Actor, Origin, UserId, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import * as invites from '../invites/invites.repository.ts'
import { lockSettled } from '../members/lock-settled.ts'
import type { Conversation } from '../ports.ts'
import * as deletions from './deletions.repository.ts'
import { getWorkspaceFor, lockWorkspaceToChange } from './load-workspace.ts'
import * as workspaces from './workspaces.repository.ts'

/** The log takes the events of one transaction in one piece, while every other writer waits: bulk work goes in pieces of this size. */
const AT_ONCE = 100

export interface DeletionDeps {
  readonly transact: Transact
  readonly conversation: Pick<Conversation, 'cancelPlanned'>
}

/**
 * Takes a workspace away: from this moment it does not exist for anybody. Its people are told, each on their own stream,
 * and what is in its channels is removed in the background, as that of a deleted channel is.
 */
export async function deleteWorkspace({ transact, conversation }: DeletionDeps, actor: Actor, id: WorkspaceId): Promise<void> {
  const wanted = { id, action: 'workspace.delete', targetId: id } as const
  await transact(actor, async ({ tx }) => {
    await getWorkspaceFor(tx, actor, wanted)
    const { workspace: { name, slug } } = await lockSettled(tx, {
      findInvites: async () => ({ workspaceIds: [id] }),
      lockRows: () => lockWorkspaceToChange(tx, actor, wanted),
    })
    await workspaces.update(tx, id, { deleted_at: new Date() })
    await deletions.hideChannels(tx, id)
    await invites.revokeAll(tx, id)
    await recordAudit(tx, actor, { workspaceId: id, action: 'workspace_deleted', targetId: id, details: { name, slug } })
  })
  await dismissMembers({ transact, conversation }, actor, id)
}

/**
 * Ends everybody's membership of a deleted workspace, with what they had planned in it, and tells them. There may be thousands, so it goes in pieces;
 * a deletion that a crash cut off here is finished by calling it again.
 */
export async function dismissMembers({ transact, conversation }: DeletionDeps, origin: Origin, id: WorkspaceId): Promise<void> {
  let dismissed: number
  do dismissed = await transact(origin, (uow) => dismissSome(uow, conversation, { id, by: origin.userId }))
  while (dismissed === AT_ONCE)
}

interface Dismissal {
  readonly id: WorkspaceId
  readonly by: UserId | null
}

async function dismissSome({ tx, emit }: UnitOfWork, conversation: DeletionDeps['conversation'], { id, by }: Dismissal): Promise<number> {
  const userIds = await deletions.lockMembers(tx, { workspaceId: id, limit: AT_ONCE })
  await deletions.deactivateMembers(tx, { workspaceId: id, userIds, by })
  for (const userId of userIds) {
    await conversation.cancelPlanned(tx, { userId, workspaceId: id })
    // On their own streams: everybody is to hear of it, also by resuming later, when nobody is a member any more.
    emit({ type: 'workspace_deleted', stream: memberStream(id, userId), workspaceId: id, payload: { workspace_id: id } })
  }
  return userIds.length
}
