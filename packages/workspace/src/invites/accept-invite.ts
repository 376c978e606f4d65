import { invalidToken } from '@afrochat/auth'
import type { Workspace } from '@afrochat/contracts'
import type { Tx, UnitOfWork } from '@afrochat/database'
import type { Actor, UserId } from '@afrochat/kernel'
import type { ChannelDeps } from '../channels/channel-deps.ts'
import type { ChannelRow } from '../channels/channels.repository.ts'
import { beginMemberships } from '../channels/memberships.ts'
import { lockSettled } from '../members/lock-settled.ts'
import * as members from '../members/members.repository.ts'
import { joinWorkspace } from '../workspaces/join-workspace.ts'
import * as people from '../workspaces/people.repository.ts'
import { workspaceNotFound } from '../workspaces/workspace.errors.ts'
import { settingsOf, toWorkspace } from '../workspaces/workspace.view.ts'
import * as workspaces from '../workspaces/workspaces.repository.ts'
import { listConcerned, listEntered } from './channels-of-invite.ts'
import { hashInviteToken } from './invite-token.ts'
import { inviteNotFound, inviteRevoked, membershipDeactivated } from './invite.errors.ts'
import { assertDomainAllowed, assertFor, assertUsable } from './invite.policy.ts'
import * as invites from './invites.repository.ts'
import type { OpenInviteRow } from './invites.repository.ts'

/** Joins the workspace of an invite, the default channels and those of the invite. A member already: nothing happens, and no use is spent. */
export async function acceptInvite({ transact, conversation }: ChannelDeps, actor: Actor, token: string): Promise<Workspace> {
  const tokenHash = hashInviteToken(token)
  return transact(actor, async (uow) => {
    const invite = await lockInvite(uow.tx, tokenHash)
    if (!(await isMember(uow.tx, invite, actor.userId))) {
      const joined = await joinBy(uow, await lockDoors(uow.tx, { invite, tokenHash, userId: actor.userId }), actor.userId)
      const told = joined.filter(({ kind }) => kind === 'public' || kind === 'private')
      await conversation.note(uow, told.map((channel) => ({ channel, actorId: actor.userId, note: { type: 'member_joined' } })))
    }

    const workspace = await workspaces.findOwn(uow.tx, actor.userId, invite.workspace_id)
    if (workspace === undefined) throw workspaceNotFound()
    return toWorkspace(workspace)
  })
}

/** Locked before it is read, so that of fifty who accept at once each sees the uses of those before. */
async function lockInvite(tx: Tx, tokenHash: Buffer): Promise<OpenInviteRow> {
  await invites.lock(tx, tokenHash)
  return find(tx, tokenHash)
}

async function find(tx: Tx, tokenHash: Buffer): Promise<OpenInviteRow> {
  const invite = await invites.findOpen(tx, tokenHash)
  if (invite === undefined) throw inviteNotFound()
  return invite
}

async function isMember(tx: Tx, { workspace_id: workspaceId }: OpenInviteRow, userId: UserId): Promise<boolean> {
  const member = await members.find(tx, { workspaceId, userId })
  if (member === undefined || member.deactivated_at === null) return member !== undefined
  // Or else an old invite would undo what an admin did.
  if (member.deactivated_by !== null) throw membershipDeactivated()
  return false
}

interface Accepting {
  readonly invite: OpenInviteRow
  readonly tokenHash: Buffer
  readonly userId: UserId
}

/** Locks the channels and the workspace, and gives the invite as it is then: nobody's role and no setting changes any more. */
async function lockDoors(tx: Tx, { invite, tokenHash, userId }: Accepting): Promise<OpenInviteRow> {
  await lockSettled(tx, {
    findChannels: () => listConcerned(tx, invite, userId),
    async lockRows() {
      if (!(await workspaces.lockShared(tx, invite.workspace_id))) throw inviteRevoked()
    },
  })
  return find(tx, tokenHash)
}

/** The channels that they have come into by it. */
async function joinBy(uow: UnitOfWork, invite: OpenInviteRow, userId: UserId): Promise<ChannelRow[]> {
  const { tx } = uow
  const user = await people.getWithEmail(tx, userId)
  if (user.status !== 'active') throw invalidToken()
  assertUsable(invite)
  assertFor(invite, user)
  assertDomainAllowed(invite.role, user.email, settingsOf(invite))
  // Read before joining, which forgets where they were.
  const entered = await listEntered(tx, invite, userId)
  const { email: _, ...person } = user
  // False: the same person has accepted another invite to it in this very moment.
  if (!(await joinWorkspace(uow, { workspaceId: invite.workspace_id, user: person, role: invite.role, singleChannel: invite.single_channel }))) return []
  await invites.countUse(tx, invite.id)
  // All that the guest was invited to is archived, gone, or closed to the inviter by now.
  if (invite.role === 'guest' && !entered.some(({ kind }) => kind === 'public' || kind === 'private')) throw inviteRevoked()
  await beginMemberships(uow, entered.map((channel) => ({ channel, user: person, role: 'member' })), null)
  return entered
}
