import { workspaceStream, type Channel, type BodyOf, type channelRoutes } from '@afrochat/contracts'
import type { UserRow } from '@afrochat/auth'
import { createHead, isUniqueViolation, type Transact, type Tx, type UnitOfWork } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { toDescription } from '../text/description.ts'
import { lockWorkspaceFor } from '../workspaces/load-workspace.ts'
import * as people from '../workspaces/people.repository.ts'
import * as listing from './channel-listing.repository.ts'
import { normalizeChannelName } from './channel-name.ts'
import { nameTaken } from './channel.errors.ts'
import { toChannel, toSharedChannel } from './channel.view.ts'
import * as channels from './channels.repository.ts'
import { beginMemberships } from './memberships.ts'

export type CreateChannel = BodyOf<typeof channelRoutes.createChannel> & { readonly workspace_id: WorkspaceId }

/** A channel whose creator is its first member and manager. Names are unique in the workspace; the unique index decides. */
export async function createChannel({ transact }: { transact: Transact }, actor: Actor, input: CreateChannel): Promise<Channel> {
  const name = normalizeChannelName(input.name)
  const description = toDescription(input.description)
  return transact(actor, async (uow) => {
    const { workspace } = await lockWorkspaceFor(uow.tx, actor, { id: input.workspace_id, action: 'channel.create' })
    const creator = await people.get(uow.tx, actor.userId)
    const id = await openChannel(uow, { workspaceId: workspace.id, kind: input.kind, name, description, isDefault: false, creator })
    return toChannel(await listing.getFor(uow.tx, actor.userId, id))
  })
}

interface Opening {
  readonly workspaceId: WorkspaceId
  readonly kind: 'public' | 'private'
  readonly name: string
  readonly description: string | null
  readonly isDefault: boolean
  readonly creator: UserRow
}

/** The channel, its stream, its first member, and the news of it. */
export async function openChannel(uow: UnitOfWork, { creator, ...opening }: Opening): Promise<ChannelId> {
  const id = newId<ChannelId>()
  await insertNamed(uow.tx, { id, createdBy: creator.id, ...opening })
  await createHead(uow.tx, id)
  await beginMemberships(uow, [{ channel: await channels.get(uow.tx, id), user: creator, role: 'manager' }], null)
  if (opening.kind === 'public') {
    uow.emit({
      type: 'channel_created', stream: workspaceStream(opening.workspaceId), workspaceId: opening.workspaceId,
      // Guests do not browse: what they are not in is not theirs to know.
      audience: 'members', payload: toSharedChannel(await channels.get(uow.tx, id)),
    })
  }
  return id
}

async function insertNamed(tx: Tx, channel: Omit<Opening, 'creator'> & { id: ChannelId; createdBy: UserId }): Promise<void> {
  try {
    await channels.insert(tx, channel)
  } catch (error) {
    if (isUniqueViolation(error, channels.NAME_KEY)) throw nameTaken(error)
    throw error
  }
}
