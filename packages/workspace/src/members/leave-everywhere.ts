import type { Memberships } from '@afrochat/auth'
import type { Tx } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'
import type { Conversation } from '../ports.ts'
import * as people from '../workspaces/people.repository.ts'
import type { WorkspaceRow } from '../workspaces/workspace.view.ts'
import * as workspaces from '../workspaces/workspaces.repository.ts'
import { endPlace } from './end-place.ts'
import { lockSettled } from './lock-settled.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'
import type { MemberRow } from './members.repository.ts'

interface Place {
  readonly workspace: WorkspaceRow
  readonly member: MemberRow
}

/** What an account that ends leaves: every workspace, as its owner would leave each of them. The port of `auth`. */
export function createMemberships(conversation: Pick<Conversation, 'cancelPlanned'>): Memberships {
  return {
    async hold(tx, userId) {
      const places = await lockAll(tx, userId)
      return {
        async leave(uow) {
          for (const { workspace, member } of places) await endPlace(uow, conversation, { workspace, member, by: null })
        },
      }
    },
  }
}

/** In the order of all locks, and of several of a kind in that of their ids: two of this at once do not wait for each other crosswise. */
async function lockAll(tx: Tx, userId: UserId): Promise<Place[]> {
  return lockSettled(tx, {
    findInvites: async () => ({ workspaceIds: await members.listWorkspaceIds(tx, userId), createdBy: [userId] }),
    async findChannels() {
      const channelIds: ChannelId[] = []
      for (const workspaceId of await members.listWorkspaceIds(tx, userId)) channelIds.push(...(await memberChannels.listOpenIds(tx, { workspaceId, userId })))
      return channelIds
    },
    lockRows: () => lockRows(tx, userId),
  })
}

async function lockRows(tx: Tx, userId: UserId): Promise<Place[]> {
  const ids = await members.listWorkspaceIds(tx, userId)
  for (const id of ids) await workspaces.lock(tx, id)
  const places: Place[] = []
  for (const workspaceId of ids) {
    const member = await members.lock(tx, { workspaceId, userId })
    const workspace = await workspaces.find(tx, workspaceId)
    if (member?.deactivated_at === null && workspace !== undefined) places.push({ workspace, member })
  }
  // Whoever was just joining somewhere has, and is found in a channel there; whoever is about to waits, and finds the account gone.
  await people.lock(tx, userId)
  return places
}
