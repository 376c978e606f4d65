import type { Transact } from '@afrochat/database'
import type { Actor, InviteId, WorkspaceId } from '@afrochat/kernel'
import { lockWorkspaceFor } from '../workspaces/load-workspace.ts'
import { inviteNotFound } from './invite.errors.ts'
import * as invites from './invites.repository.ts'

export interface RevokeInvite {
  readonly workspace_id: WorkspaceId
  readonly invite_id: InviteId
}

/** Revoking twice changes nothing. An invite that is not the caller's to list is `invite_not_found`. */
export async function revokeInvite({ transact }: { transact: Transact }, actor: Actor, input: RevokeInvite): Promise<void> {
  await transact(actor, async ({ tx }) => {
    const { workspace, grant } = await lockWorkspaceFor(tx, actor, { id: input.workspace_id, action: 'invite.revoke' })
    const createdBy = grant === 'own' ? actor.userId : undefined
    if (!(await invites.revoke(tx, { workspaceId: workspace.id, id: input.invite_id, createdBy }))) throw inviteNotFound()
  })
}
