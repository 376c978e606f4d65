import type { Tx } from '@afrochat/database'
import type { Actor, ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { userNotFound } from '../channels/channel.errors.ts'
import type { WorkspaceAction } from '../permissions/workspace-permissions.ts'
import { getWorkspaceFor, lockWorkspaceToChange, type WorkspaceAccess } from '../workspaces/load-workspace.ts'
import { lockSettled } from './lock-settled.ts'
import * as members from './members.repository.ts'
import type { MemberRow } from './members.repository.ts'

/** Somebody's place in a workspace, and what the caller is there. Neither changes until the transaction ends. */
export interface HeldPlace {
  /** The caller's. */
  readonly access: WorkspaceAccess
  readonly member: MemberRow
}

export interface WantedPlace {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  /** What the caller must be allowed at the least; what it takes with this person is decided with the locks held. */
  readonly action: WorkspaceAction
  /** The channels that the change may let them into or put them out of. */
  readonly touching: (member: MemberRow) => Promise<readonly ChannelId[]>
}

/**
 * The one way to change somebody's place in a workspace on behalf of somebody: takes, in the order of all locks, the
 * invites of both, the heads of the channels, the workspace and the place.
 */
export async function lockPlaceFor(tx: Tx, actor: Actor, { workspaceId, userId, action, touching }: WantedPlace): Promise<HeldPlace> {
  const wanted = { id: workspaceId, action, targetId: userId }
  // Before anything is locked: who may not do this keeps nobody waiting.
  await getWorkspaceFor(tx, actor, wanted)
  return lockSettled(tx, {
    findInvites: async () => ({ workspaceIds: [workspaceId], createdBy: [actor.userId, userId] }),
    async findChannels() {
      const member = await members.find(tx, { workspaceId, userId })
      return member === undefined ? [] : touching(member)
    },
    async lockRows() {
      const access = await lockWorkspaceToChange(tx, actor, wanted)
      const member = await members.lock(tx, { workspaceId, userId })
      if (member === undefined) throw userNotFound()
      return { access, member }
    },
  })
}
