import type { BodyOf, CreatedInvite, workspaceRoutes } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type InviteId, type WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { channelNotFound } from '../channels/channel.errors.ts'
import { assertOpen, getChannelsFor } from '../channels/load-channel.ts'
import { guestNeedsChannel, notForFullMembers, singleChannelNeedsOne } from '../members/member.errors.ts'
import { lockWorkspaceFor } from '../workspaces/load-workspace.ts'
import type { InviteMailGuard } from '../ports.ts'
import { settingsOf } from '../workspaces/workspace.view.ts'
import { bringingInto } from './channels-of-invite.ts'
import { hashInviteToken, mailedInviteTokens, newInviteToken } from './invite-token.ts'
import { assertDomainAllowed, invitingTo } from './invite.policy.ts'
import { toCreatedInvite } from './invite.view.ts'
import * as invites from './invites.repository.ts'
import type { InviteRow } from './invites.repository.ts'

export type CreateInvite = BodyOf<typeof workspaceRoutes.createInvite> & { readonly workspace_id: WorkspaceId }

const DEFAULT_MAX_USES = 100
const DEFAULT_HOURS = 30 * 24

/** How invites are mailed. */
export interface InviteMailing {
  /** Of which their tokens are made, as the worker makes them again. */
  readonly secrets: readonly string[]
  readonly guard: InviteMailGuard
}

export interface CreateInviteDeps {
  readonly transact: Transact
  readonly publicUrl: string
  /** Undefined: this installation sends no mail. */
  readonly mailing?: InviteMailing | undefined
}

/**
 * An invite of a role and into channels that the caller may give. Its token is in this answer, in the mail to its address
 * if there is one, and nowhere else.
 */
export async function createInvite({ mailing, ...deps }: CreateInviteDeps, actor: Actor, input: CreateInvite): Promise<CreatedInvite> {
  const id = newId<InviteId>()
  const { email } = input
  if (mailing === undefined || email === undefined || email === null) return make(deps, actor, { ...input, id, token: newInviteToken(), isMailed: false })
  const [token = newInviteToken()] = mailedInviteTokens(id, mailing.secrets)
  const count = { userId: actor.userId, email }
  // Before anything is looked at, so that fifty at once are fifty; what comes to nothing is given back.
  await mailing.guard.admit(count)
  try {
    return await make(deps, actor, { ...input, id, token, isMailed: true })
  } catch (error) {
    await mailing.guard.giveBack(count)
    throw error
  }
}

interface Making extends CreateInvite {
  readonly id: InviteId
  readonly token: string
  readonly isMailed: boolean
}

function make({ transact, publicUrl }: Omit<CreateInviteDeps, 'mailing'>, actor: Actor, input: Making): Promise<CreatedInvite> {
  const { workspace_id: workspaceId, id, token, isMailed, ...wanted } = input
  const { role, email, singleChannel, channelIds, maxUses, expiresInHours } = withDefaults(wanted)
  return transact(actor, async ({ tx }) => {
    const { workspace } = await lockWorkspaceFor(tx, actor, { id: workspaceId, action: invitingTo(role) })
    assertFitting({ role, singleChannel, channelIds })
    // Of somebody without an address it is asked when they accept.
    if (email !== null) assertDomainAllowed(role, email, settingsOf(workspace))
    await assertMayBringInto(tx, actor, { role, workspaceId: workspace.id, channelIds })
    const row = await invites.insert(tx, {
      id, workspaceId: workspace.id, tokenHash: hashInviteToken(token), role, singleChannel, email,
      channelIds, maxUses, expiresInHours, createdBy: actor.userId, isMailed,
    })
    await recordAudit(tx, actor, {
      workspaceId: workspace.id, action: 'invite_created', targetId: row.id,
      details: { role, single_channel: singleChannel, email, channel_ids: channelIds, max_uses: maxUses, expires_at: row.expires_at.toISOString() },
    })
    return toCreatedInvite(row, { token, publicUrl })
  })
}

/** An address has one owner: an invite for it is used once. */
function withDefaults({ role = 'member', email = null, ...wanted }: Omit<CreateInvite, 'workspace_id'>) {
  const { single_channel: singleChannel = false, channel_ids: channelIds = [], expires_in_hours: expiresInHours = DEFAULT_HOURS } = wanted
  return { role, email, singleChannel, channelIds, expiresInHours, maxUses: wanted.max_uses ?? (email === null ? DEFAULT_MAX_USES : 1) }
}

interface Fitting {
  readonly role: InviteRow['role']
  readonly singleChannel: boolean
  readonly channelIds: readonly ChannelId[]
}

function assertFitting({ role, singleChannel, channelIds }: Fitting): void {
  if (role !== 'guest' && singleChannel) throw notForFullMembers('/single_channel')
  if (role === 'guest' && channelIds.length === 0) throw guestNeedsChannel()
  if (singleChannel && channelIds.length !== 1) throw singleChannelNeedsOne()
}

/** The channels are of this workspace, open, and the caller could add people of this role to them. */
async function assertMayBringInto(
  tx: Tx,
  actor: Actor,
  { role, workspaceId, channelIds }: { role: InviteRow['role']; workspaceId: WorkspaceId; channelIds: readonly ChannelId[] },
): Promise<void> {
  if (channelIds.length === 0) return
  for (const { channel } of await getChannelsFor(tx, actor, { ids: channelIds, action: bringingInto(role) })) {
    if (channel.workspace_id !== workspaceId) throw channelNotFound()
    assertOpen(channel)
  }
}
