import type { Db, Transact } from '@afrochat/database'
import type { Actor, ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { boot } from './boot/boot.ts'
import { addChannelMembers, type AddChannelMembers } from './channels/add-channel-members.ts'
import { createChannel, type CreateChannel } from './channels/create-channel.ts'
import { joinChannel } from './channels/join-channel.ts'
import { leaveChannel } from './channels/leave-channel.ts'
import { getChannel, listChannelMembers, listChannels, type ListChannelMembers, type ListChannels } from './channels/list-channels.ts'
import { markChannelRead, type MarkChannelRead } from './channels/mark-channel-read.ts'
import { removeChannelMember, type RemoveChannelMember } from './channels/remove-channel-member.ts'
import { acceptInvite } from './invites/accept-invite.ts'
import { createInvite, type CreateInvite } from './invites/create-invite.ts'
import { listInvites, previewInvite, type ListInvites } from './invites/list-invites.ts'
import { revokeInvite, type RevokeInvite } from './invites/revoke-invite.ts'
import type { PageOptions } from './paging/id-cursor.ts'
import type { Conversation } from './ports.ts'
import { listPlaces } from './subscriptions/list-places.ts'
import { readSubscriptions } from './subscriptions/read-subscriptions.ts'
import { createWorkspace as createOne, type CreateWorkspace } from './workspaces/create-workspace.ts'
import {
  getWorkspace, getWorkspaceBySlug, listWorkspaceMembers, listWorkspaces, type ListWorkspaceMembers,
} from './workspaces/list-workspaces.ts'

export interface WorkspaceDeps {
  readonly db: Db
  readonly transact: Transact
  /** How many shards the log has. */
  readonly shards: number
  /** Where people reach the installation: the beginning of the links of invites. */
  readonly publicUrl: string
  readonly conversation: Conversation
}

/** Everything that can be done about workspaces, their people and their channels. */
export type WorkspaceDomain = ReturnType<typeof createWorkspace>

/** Binds the use cases to their dependencies. Writes get `transact` and not `db`: what they read is in their transaction. */
export function createWorkspace(deps: WorkspaceDeps) {
  return {
    createWorkspace: (actor: Actor, input: CreateWorkspace) => createOne(deps, actor, input),
    listWorkspaces: (actor: Actor, input: PageOptions) => listWorkspaces(deps, actor, input),
    getWorkspace: (actor: Actor, id: WorkspaceId) => getWorkspace(deps, actor, id),
    getWorkspaceBySlug: (actor: Actor, slug: string) => getWorkspaceBySlug(deps, actor, slug),
    listWorkspaceMembers: (actor: Actor, input: ListWorkspaceMembers) => listWorkspaceMembers(deps, actor, input),
    boot: (actor: Actor, id: WorkspaceId) => boot(deps, actor, id),

    createInvite: (actor: Actor, input: CreateInvite) => createInvite(deps, actor, input),
    listInvites: (actor: Actor, input: ListInvites) => listInvites(deps, actor, input),
    revokeInvite: (actor: Actor, input: RevokeInvite) => revokeInvite(deps, actor, input),
    previewInvite: (token: string) => previewInvite(deps, token),
    acceptInvite: (actor: Actor, token: string) => acceptInvite(deps, actor, token),

    createChannel: (actor: Actor, input: CreateChannel) => createChannel(deps, actor, input),
    listChannels: (actor: Actor, input: ListChannels) => listChannels(deps, actor, input),
    getChannel: (actor: Actor, id: ChannelId) => getChannel(deps, actor, id),
    joinChannel: (actor: Actor, id: ChannelId) => joinChannel(deps, actor, id),
    leaveChannel: (actor: Actor, id: ChannelId) => leaveChannel(deps, actor, id),
    listChannelMembers: (actor: Actor, input: ListChannelMembers) => listChannelMembers(deps, actor, input),
    addChannelMembers: (actor: Actor, input: AddChannelMembers) => addChannelMembers(deps, actor, input),
    removeChannelMember: (actor: Actor, input: RemoveChannelMember) => removeChannelMember(deps, actor, input),
    markChannelRead: (actor: Actor, input: MarkChannelRead) => markChannelRead(deps, actor, input),

    readSubscriptions: (userId: UserId, shards: readonly number[]) => readSubscriptions(deps.db, userId, shards),
    listPlaces: (userId: UserId) => listPlaces(deps.db, userId),
  }
}
