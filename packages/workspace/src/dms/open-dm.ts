import type { BodyOf, Channel, channelRoutes } from '@afrochat/contracts'
import { createHead, lockHeads, type Transact, type Tx, type UnitOfWork } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import * as listing from '../channels/channel-listing.repository.ts'
import * as members from '../channels/channel-members.repository.ts'
import type { Candidate } from '../channels/channel-members.repository.ts'
import { recipientDeactivated, tooManyPeople, userNotFound } from '../channels/channel.errors.ts'
import { toChannel } from '../channels/channel.view.ts'
import * as channels from '../channels/channels.repository.ts'
import { beginMemberships } from '../channels/memberships.ts'
import { lockWorkspaceFor, type WorkspaceAccess } from '../workspaces/load-workspace.ts'
import * as dms from './dms.repository.ts'

export type OpenDm = BodyOf<typeof channelRoutes.openDm> & { readonly workspace_id: WorkspaceId }

export interface OpenedDm {
  readonly channel: Channel
  /** False: these people have had this conversation before. */
  readonly created: boolean
}

/** The caller included. */
const MAX_PEOPLE = 9

/**
 * Opens the one conversation of these people and the caller, in whatever order they are named and whoever of them asks
 * first. One person more is another conversation. Alone with oneself is one as well.
 */
export async function openDm({ transact }: { transact: Transact }, actor: Actor, input: OpenDm): Promise<OpenedDm> {
  const userIds = [...new Set([actor.userId, ...input.user_ids])]
  if (userIds.length > MAX_PEOPLE) throw tooManyPeople(MAX_PEOPLE)
  return transact(actor, async (uow) => {
    // Before the rest, because heads are locked before members. Nothing of it is told before the caller is let in.
    const known = await dms.findId(uow.tx, input.workspace_id, dms.keyOf(userIds))
    if (known !== undefined) await lockHeads(uow.tx, [known])
    const access = await lockWorkspaceFor(uow.tx, actor, { id: input.workspace_id, action: 'dm.open' })
    const opened = known === undefined ? await create(uow, actor, { access, userIds }) : await reopen(uow, { id: known, userIds })
    return { channel: toChannel(await listing.getFor(uow.tx, actor.userId, opened.id)), created: opened.created }
  })
}

/** Who left the workspace and came back is in it again. Those who are gone stay out of it: it can still be read. */
async function reopen(uow: UnitOfWork, { id, userIds }: { id: ChannelId; userIds: readonly UserId[] }): Promise<{ id: ChannelId; created: boolean }> {
  const channel = await channels.get(uow.tx, id)
  const people = await members.lockCandidates(uow.tx, { channelId: id, workspaceId: channel.workspace_id, userIds })
  const returned = people.filter(({ channel_role }) => channel_role === null)
  await beginMemberships(uow, returned.map((user) => ({ channel, user, role: 'member' })), null)
  return { id, created: false }
}

interface Opening {
  readonly access: WorkspaceAccess
  readonly userIds: readonly UserId[]
}

async function create(uow: UnitOfWork, actor: Actor, { access, userIds }: Opening): Promise<{ id: ChannelId; created: boolean }> {
  const { tx } = uow
  const { workspace: { id: workspaceId } } = access
  const id = newId<ChannelId>()
  const people = await lockPeople(tx, actor, { access, userIds, channelId: id })
  const key = dms.keyOf(userIds)
  const kind = userIds.length > 2 ? 'group_dm' : 'dm'
  if (!(await dms.insert(tx, { id, workspaceId, kind, key, createdBy: actor.userId }))) {
    // Somebody of them was faster, and has put everybody in.
    const theirs = await dms.findId(tx, workspaceId, key)
    if (theirs === undefined) throw new Error('The conversation that was in the way is not there')
    return { id: theirs, created: false }
  }
  await createHead(tx, id)
  const channel = await channels.get(tx, id)
  await beginMemberships(uow, people.map((user) => ({ channel, user, role: 'member' })), actor.userId)
  return { id, created: true }
}

/** All of them are active members now; of others the caller learns no more than they know already. */
async function lockPeople(tx: Tx, actor: Actor, { access, userIds, channelId }: Opening & { channelId: ChannelId }): Promise<Candidate[]> {
  const { workspace: { id: workspaceId }, grant } = access
  const others = userIds.filter((id) => id !== actor.userId)
  if (grant === 'own') {
    // A guest knows those with whom they share a channel.
    const acquainted = await dms.listAcquainted(tx, workspaceId, { userId: actor.userId, others })
    if (acquainted.length < others.length) throw userNotFound()
  }
  const people = await members.lockCandidates(tx, { channelId, workspaceId, userIds })
  // In the order asked for, the caller first.
  if (people.length === userIds.length) return userIds.flatMap((id) => people.filter((person) => person.id === id))
  // Those who are gone are still in the list of members.
  const everMembers = await dms.listEverMembers(tx, workspaceId, userIds)
  throw everMembers.length === userIds.length ? recipientDeactivated() : userNotFound()
}
