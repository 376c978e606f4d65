import type { BodyOf, CreatedInvite, workspaceRoutes } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type InviteId, type WorkspaceId } from '@afrochat/kernel'
import { channelNotFound } from '../channels/channel.errors.ts'
import { assertOpen, getChannelsFor } from '../channels/load-channel.ts'
import { lockWorkspaceFor } from '../workspaces/load-workspace.ts'
import { hashInviteToken, newInviteToken } from './invite-token.ts'
import { guestNeedsChannel } from './invite.errors.ts'
import { invitingTo } from './invite.policy.ts'
import { toCreatedInvite } from './invite.view.ts'
import * as invites from './invites.repository.ts'

export type CreateInvite = BodyOf<typeof workspaceRoutes.createInvite> & { readonly workspace_id: WorkspaceId }

/** SEMANTICS' default limits. */
const DEFAULT_MAX_USES = 100
const DEFAULT_HOURS = 30 * 24

export interface CreateInviteDeps {
  readonly transact: Transact
  readonly publicUrl: string
}

/** An invite of a role and into channels that the caller may give. Its token is in this answer and nowhere else. */
export async function createInvite({ transact, publicUrl }: CreateInviteDeps, actor: Actor, input: CreateInvite): Promise<CreatedInvite> {
  const { workspace_id, role = 'member', email = null, channel_ids: channelIds = [], max_uses = DEFAULT_MAX_USES, expires_in_hours = DEFAULT_HOURS } = input
  const token = newInviteToken()
  return transact(actor, async ({ tx }) => {
    const { workspace } = await lockWorkspaceFor(tx, actor, { id: workspace_id, action: invitingTo(role) })
    if (role === 'guest' && channelIds.length === 0) throw guestNeedsChannel()
    await assertMayBringInto(tx, actor, { workspaceId: workspace.id, channelIds })
    const row = await invites.insert(tx, {
      id: newId<InviteId>(), workspaceId: workspace.id, tokenHash: hashInviteToken(token), role, email,
      channelIds, maxUses: max_uses, expiresInHours: expires_in_hours, createdBy: actor.userId,
    })
    return toCreatedInvite(row, { token, publicUrl })
  })
}

/** The channels are of this workspace, open, and the caller could add people to them. */
async function assertMayBringInto(
  tx: Tx,
  actor: Actor,
  { workspaceId, channelIds }: { workspaceId: WorkspaceId; channelIds: readonly ChannelId[] },
): Promise<void> {
  if (channelIds.length === 0) return
  for (const { channel } of await getChannelsFor(tx, actor, { ids: channelIds, action: 'channel.member.add' })) {
    if (channel.workspace_id !== workspaceId) throw channelNotFound()
    assertOpen(channel)
  }
}
