import type { Channel, ChannelMember } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type ChannelId, type Page, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { decodeIdCursor, type PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceFor } from '../workspaces/load-workspace.ts'
import * as listing from './channel-listing.repository.ts'
import * as members from './channel-members.repository.ts'
import { toChannel, toChannelMember } from './channel.view.ts'
import { getReadableChannel } from './load-channel.ts'

export type ListChannels = PageOptions & { readonly workspace_id: WorkspaceId; readonly filter?: listing.ChannelFilter | undefined }

/** In the order in which they were made, which no renaming changes. */
export async function listChannels({ db }: { db: Db }, actor: Actor, input: ListChannels): Promise<Page<Channel>> {
  const { workspace_id, filter = 'mine', limit = DEFAULT_PAGE_SIZE, cursor } = input
  const { workspace, grant } = await getWorkspaceFor(db, actor, { id: workspace_id, action: 'channel.browse' })
  const list = `channels.${filter}`
  const rows = await listing.listFor(db, {
    workspaceId: workspace.id, userId: actor.userId, withPublic: grant === 'allow', filter, after: decodeIdCursor<ChannelId>(list, cursor), limit: limit + 1,
  })
  return toPage(rows.map(toChannel), limit, ({ id }) => encodeCursor(list, id))
}

export async function getChannel({ db }: { db: Db }, actor: Actor, channelId: ChannelId): Promise<Channel> {
  const { channel } = await getReadableChannel(db, actor, channelId)
  return toChannel(await listing.getFor(db, actor.userId, channel.id))
}

export type ListChannelMembers = PageOptions & { readonly channel_id: ChannelId }

export async function listChannelMembers({ db }: { db: Db }, actor: Actor, input: ListChannelMembers): Promise<Page<ChannelMember>> {
  const { channel_id, limit = DEFAULT_PAGE_SIZE, cursor } = input
  const { channel } = await getReadableChannel(db, actor, channel_id)
  const after = decodeIdCursor<UserId>('channel_members', cursor)
  const rows = await members.list(db, { channelId: channel.id, after, limit: limit + 1 })
  return toPage(rows.map(toChannelMember), limit, ({ user }) => encodeCursor('channel_members', user.id))
}
