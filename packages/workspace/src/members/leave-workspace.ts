import type { Actor, WorkspaceId } from '@afrochat/kernel'
import type { EndingDeps } from './deactivate-member.ts'
import { endPlace } from './end-place.ts'
import { lockPlaceFor } from './lock-place.ts'
import * as memberChannels from './member-channels.repository.ts'

/** Leaves the workspace. What one wrote stays, and an invite lets one come back. */
export async function leaveWorkspace({ transact, conversation }: EndingDeps, actor: Actor, workspaceId: WorkspaceId): Promise<void> {
  const who = { workspaceId, userId: actor.userId }
  await transact(actor, async (uow) => {
    const { access: { workspace }, member } = await lockPlaceFor(uow.tx, actor, { ...who, action: 'workspace.leave', touching: () => memberChannels.listOpenIds(uow.tx, who) })
    await endPlace(uow, conversation, { workspace, member, by: null })
  })
}
