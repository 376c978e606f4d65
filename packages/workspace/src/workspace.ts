import type { Db, Transact } from '@afrochat/database'
import type { Actor, ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { listAuditLog, type ListAuditLog } from './audit/list-audit-log.ts'
import { recordingRefusals, watchRefusals } from './audit/record-refusals.ts'
import { boot } from './boot/boot.ts'
import { addChannelMembers, type AddChannelMembers } from './channels/add-channel-members.ts'
import { archiveChannel, unarchiveChannel } from './channels/archive-channel.ts'
import { createChannel, type CreateChannel } from './channels/create-channel.ts'
import { deleteChannel } from './channels/delete-channel.ts'
import { joinChannel } from './channels/join-channel.ts'
import { leaveChannel } from './channels/leave-channel.ts'
import { getChannel, listChannelMembers, listChannels, type ListChannelMembers, type ListChannels } from './channels/list-channels.ts'
import { markChannelRead, markChannelUnread, type MarkChannelRead } from './channels/mark-channel-read.ts'
import { removeChannelMember, type RemoveChannelMember } from './channels/remove-channel-member.ts'
import { setChannelPreferences, type SetChannelPreferences } from './channels/set-channel-preferences.ts'
import { setMemberRole, type SetMemberRole } from './channels/set-member-role.ts'
import { updateChannel, type UpdateChannel } from './channels/update-channel.ts'
import { deleteEmoji, type DeleteEmoji } from './emoji/delete-emoji.ts'
import { listEmoji, type ListEmoji } from './emoji/list-emoji.ts'
import { createGroup, type CreateGroup } from './groups/create-group.ts'
import { deleteGroup, type DeleteGroup } from './groups/delete-group.ts'
import { getGroup, listGroups, type GetGroup, type ListGroups } from './groups/list-groups.ts'
import { updateGroup, type UpdateGroup } from './groups/update-group.ts'
import { openDm, type OpenDm } from './dms/open-dm.ts'
import { acceptInvite } from './invites/accept-invite.ts'
import { createInvite, type CreateInvite, type InviteMailing } from './invites/create-invite.ts'
import { listInvites, previewInvite, type ListInvites } from './invites/list-invites.ts'
import { revokeInvite, type RevokeInvite } from './invites/revoke-invite.ts'
import { deactivateMember, type DeactivateMember } from './members/deactivate-member.ts'
import { leaveWorkspace } from './members/leave-workspace.ts'
import { listMembers, type ListMembers } from './members/list-members.ts'
import { transferWorkspace, type TransferWorkspace } from './members/transfer-workspace.ts'
import { updateMember, type UpdateMember } from './members/update-member.ts'
import type { PageOptions } from './paging/id-cursor.ts'
import type { Conversation } from './ports.ts'
import { listPlaces } from './subscriptions/list-places.ts'
import { readSubscriptions } from './subscriptions/read-subscriptions.ts'
import { createWorkspace as createOne, type CreateWorkspace } from './workspaces/create-workspace.ts'
import { deleteWorkspace } from './workspaces/delete-workspace.ts'
import { finishDeletions } from './workspaces/finish-deletions.ts'
import { getWorkspace, getWorkspaceBySlug, listWorkspaces } from './workspaces/list-workspaces.ts'
import { updateWorkspace, type UpdateWorkspace } from './workspaces/update-workspace.ts'

export interface WorkspaceDeps {
  readonly db: Db
  readonly transact: Transact
  /** How many shards the log has. */
  readonly shards: number
  /** Where people reach the installation: the beginning of the links of invites and of the addresses of pictures. */
  readonly publicUrl: string
  readonly conversation: Conversation
  /** Undefined: this installation sends no mail. */
  readonly mailing?: InviteMailing
}

/** Everything that can be done about workspaces, their people and their channels. */
export type WorkspaceDomain = ReturnType<typeof createWorkspace>

/** Binds the use cases to their dependencies. Writes get `transact` and not `db`: what they read is in their transaction. */
export function createWorkspace(given: WorkspaceDeps) {
  const watch = watchRefusals(given.transact)
  const deps = { ...given, transact: recordingRefusals(given.transact) }
  return {
    createWorkspace: (actor: Actor, input: CreateWorkspace) => createOne(deps, actor, input),
    listWorkspaces: (actor: Actor, input: PageOptions) => listWorkspaces(deps, actor, input),
    getWorkspace: (actor: Actor, id: WorkspaceId) => getWorkspace(deps, actor, id),
    getWorkspaceBySlug: (actor: Actor, slug: string) => getWorkspaceBySlug(deps, actor, slug),
    updateWorkspace: (actor: Actor, input: UpdateWorkspace) => updateWorkspace(deps, actor, input),
    deleteWorkspace: (actor: Actor, id: WorkspaceId) => deleteWorkspace(deps, actor, id),
    finishDeletions: () => finishDeletions(deps),
    listWorkspaceMembers: (actor: Actor, input: ListMembers) => listMembers(deps, actor, input),
    updateWorkspaceMember: (actor: Actor, input: UpdateMember) => updateMember(deps, actor, input),
    deactivateWorkspaceMember: (actor: Actor, input: DeactivateMember) => deactivateMember(deps, actor, input),
    leaveWorkspace: (actor: Actor, id: WorkspaceId) => leaveWorkspace(deps, actor, id),
    transferWorkspace: (actor: Actor, input: TransferWorkspace) => transferWorkspace(deps, actor, input),
    listAuditLog: (actor: Actor, input: ListAuditLog) => watch(actor, () => listAuditLog(deps, actor, input)),
    boot: (actor: Actor, id: WorkspaceId) => boot(deps, actor, id),

    createInvite: (actor: Actor, input: CreateInvite) => createInvite(deps, actor, input),
    listInvites: (actor: Actor, input: ListInvites) => listInvites(deps, actor, input),
    revokeInvite: (actor: Actor, input: RevokeInvite) => revokeInvite(deps, actor, input),
    previewInvite: (token: string) => previewInvite(deps, token),
    acceptInvite: (actor: Actor, token: string) => acceptInvite(deps, actor, token),

    listGroups: (actor: Actor, input: ListGroups) => listGroups(deps, actor, input),
    getGroup: (actor: Actor, input: GetGroup) => getGroup(deps, actor, input),
    createGroup: (actor: Actor, input: CreateGroup) => createGroup(deps, actor, input),
    updateGroup: (actor: Actor, input: UpdateGroup) => updateGroup(deps, actor, input),
    deleteGroup: (actor: Actor, input: DeleteGroup) => deleteGroup(deps, actor, input),
    listEmoji: (actor: Actor, input: ListEmoji) => listEmoji(deps, actor, input),
    deleteEmoji: (actor: Actor, input: DeleteEmoji) => deleteEmoji(deps, actor, input),

    createChannel: (actor: Actor, input: CreateChannel) => createChannel(deps, actor, input),
    listChannels: (actor: Actor, input: ListChannels) => listChannels(deps, actor, input),
    getChannel: (actor: Actor, id: ChannelId) => getChannel(deps, actor, id),
    joinChannel: (actor: Actor, id: ChannelId) => joinChannel(deps, actor, id),
    leaveChannel: (actor: Actor, id: ChannelId) => leaveChannel(deps, actor, id),
    listChannelMembers: (actor: Actor, input: ListChannelMembers) => listChannelMembers(deps, actor, input),
    addChannelMembers: (actor: Actor, input: AddChannelMembers) => addChannelMembers(deps, actor, input),
    removeChannelMember: (actor: Actor, input: RemoveChannelMember) => removeChannelMember(deps, actor, input),
    setMemberRole: (actor: Actor, input: SetMemberRole) => setMemberRole(deps, actor, input),
    updateChannel: (actor: Actor, input: UpdateChannel) => updateChannel(deps, actor, input),
    archiveChannel: (actor: Actor, id: ChannelId) => archiveChannel(deps, actor, id),
    unarchiveChannel: (actor: Actor, id: ChannelId) => unarchiveChannel(deps, actor, id),
    deleteChannel: (actor: Actor, id: ChannelId) => deleteChannel(deps, actor, id),
    setChannelPreferences: (actor: Actor, input: SetChannelPreferences) => setChannelPreferences(deps, actor, input),
    openDm: (actor: Actor, input: OpenDm) => openDm(deps, actor, input),
    markChannelRead: (actor: Actor, input: MarkChannelRead) => markChannelRead(deps, actor, input),
    markChannelUnread: (actor: Actor, input: MarkChannelRead) => markChannelUnread(deps, actor, input),

    readSubscriptions: (userId: UserId, shards: readonly number[]) => readSubscriptions(deps.db, userId, shards),
    listPlaces: (userId: UserId) => listPlaces(deps.db, userId),
  }
}
