import type { Transact } from '@afrochat/database'
import type { Actor, InviteId, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { getWorkspaceFor, lockWorkspaceFor } from '../workspaces/load-workspace.ts'
import { inviteNotFound } from './invite.errors.ts'
import * as invites from './invites.repository.ts'

export interface RevokeInvite {
  readonly workspace_id: WorkspaceId
  readonly invite_id: InviteId
}

/** Revoking twice changes nothing. An invite that is not the caller's to list is `invite_not_found`. */
export async function revokeInvite({ transact }: { transact: Transact }, actor: Actor, input: RevokeInvite): Promise<void> {
  const { workspace_id: workspaceId, invite_id: id } = input
  await transact(actor, async ({ tx }) => {
    const wanted = { id: workspaceId, action: 'invite.revoke', targetId: id } as const
    // Before the invite is locked, which comes before the workspace: a stranger keeps nobody from accepting it.
    await getWorkspaceFor(tx, actor, wanted)
    await invites.lockById(tx, { workspaceId, id })
    const { grant } = await lockWorkspaceFor(tx, actor, wanted)
    const outcome = await invites.revoke(tx, { workspaceId, id, createdBy: grant === 'own' ? actor.userId : undefined })
    if (outcome === undefined) throw inviteNotFound()
    if (outcome === 'revoked') await recordAudit(tx, actor, { workspaceId, action: 'invite_revoked', targetId: id })
  })
}
