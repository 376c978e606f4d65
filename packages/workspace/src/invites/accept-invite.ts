import type { UserRow } from '@afrochat/auth'
import type { Workspace } from '@afrochat/contracts'
import { lockHeads, type Transact, type Tx, type UnitOfWork } from '@afrochat/database'
import type { Actor, UserId, WorkspaceId } from '@afrochat/kernel'
import { beginMemberships } from '../channels/memberships.ts'
import { joinWorkspace } from '../workspaces/join-workspace.ts'
import * as people from '../workspaces/people.repository.ts'
import { workspaceNotFound } from '../workspaces/workspace.errors.ts'
import { toWorkspace } from '../workspaces/workspace.view.ts'
import * as workspaces from '../workspaces/workspaces.repository.ts'
import { hashInviteToken } from './invite-token.ts'
import { inviteNotFound, inviteRevoked, membershipDeactivated } from './invite.errors.ts'
import { assertFor, assertUsable } from './invite.policy.ts'
import * as invitedChannels from './invited-channels.repository.ts'
import * as invites from './invites.repository.ts'
import type { OpenInviteRow } from './invites.repository.ts'

/** Joins the workspace of an invite, the default channels and those of the invite. A member already: nothing happens, and no use is spent. */
export async function acceptInvite({ transact }: { transact: Transact }, actor: Actor, token: string): Promise<Workspace> {
  return transact(actor, async (uow) => {
    const invite = await lockInvite(uow.tx, hashInviteToken(token))
    if (!(await isMember(uow.tx, invite.workspace_id, actor.userId))) await joinBy(uow, invite, actor.userId)

    const workspace = await workspaces.findOwn(uow.tx, actor.userId, invite.workspace_id)
    if (workspace === undefined) throw workspaceNotFound()
    return toWorkspace(workspace)
  })
}

/** Locked before it is read, so that of fifty who accept at once each sees the uses of those before. */
async function lockInvite(tx: Tx, tokenHash: Buffer): Promise<OpenInviteRow> {
  await invites.lock(tx, tokenHash)
  const invite = await invites.findOpen(tx, tokenHash)
  if (invite === undefined) throw inviteNotFound()
  return invite
}

async function isMember(tx: Tx, workspaceId: WorkspaceId, userId: UserId): Promise<boolean> {
  const member = await workspaces.findMember(tx, workspaceId, userId)
  // Or else an old invite would undo what an admin did.
  if (member !== undefined && member.deactivated_at !== null) throw membershipDeactivated()
  return member !== undefined
}

async function joinBy(uow: UnitOfWork, invite: OpenInviteRow, userId: UserId): Promise<void> {
  const user = await people.getWithEmail(uow.tx, userId)
  assertUsable(invite)
  assertFor(invite, user)
  // False: the same person has accepted another invite to it in this very moment.
  if (!(await joinWorkspace(uow, { workspaceId: invite.workspace_id, user, role: invite.role }))) return
  await invites.countUse(uow.tx, invite.id)
  await joinChannels(uow, invite, user)
}

async function joinChannels(uow: UnitOfWork, invite: OpenInviteRow, user: UserRow): Promise<void> {
  const ids = await invitedChannels.listIds(uow.tx, { workspaceId: invite.workspace_id, channelIds: invite.channel_ids, role: invite.role })
  await lockHeads(uow.tx, ids)
  const channels = await invitedChannels.listJoinable(uow.tx, { ids, inviterId: invite.created_by, userId: user.id })
  // All that the guest was invited to is archived, gone, or closed to the inviter by now.
  if (invite.role === 'guest' && channels.length === 0) throw inviteRevoked()
  await beginMemberships(uow, channels.map((channel) => ({ channel, user, role: 'member' })), null)
}
