import { Type } from 'typebox'
import { CustomEmoji, Group } from '../objects/group.ts'
import { GroupIdSchema, Closed, Nullable, Timestamp, UserIdSchema, WorkspaceIdSchema } from '../objects/scalars.ts'
import { User } from '../objects/user.ts'
import { Workspace, WorkspaceRole } from '../objects/workspace.ts'

export const workspaceEvents = {
  workspace_updated: Workspace,
  /** To each of its people, on their own stream. Nothing of the workspace reaches them after this. */
  workspace_deleted: Closed({ workspace_id: WorkspaceIdSchema }),
  workspace_member_joined: Closed({
    workspace_id: WorkspaceIdSchema, user: User, role: WorkspaceRole, single_channel: Type.Boolean(), joined_at: Timestamp,
  }),
  /**
   * A role that changed. To full members, and to the person themselves whatever they are now: one who became a guest or
   * ceased to be one knows other people and channels from here on, and loads `/boot` anew.
   */
  workspace_member_updated: Closed({
    workspace_id: WorkspaceIdSchema, user_id: UserIdSchema, role: WorkspaceRole, single_channel: Type.Boolean(),
  }),
  /** Left, or was deactivated: nothing of the workspace reaches them after this. */
  workspace_member_left: Closed({ workspace_id: WorkspaceIdSchema, user_id: UserIdSchema, removed_by: Nullable(UserIdSchema) }),
  /** On every workspace's stream that the person is in; to guests who share a channel with them on their own stream. */
  user_updated: Closed({ user: User }),
  /** Made or changed. To full members. */
  group_updated: Group,
  group_deleted: Closed({ id: GroupIdSchema, workspace_id: WorkspaceIdSchema }),
  /** `emoji`: null when it was removed. */
  emoji_updated: Closed({ workspace_id: WorkspaceIdSchema, name: Type.String(), emoji: Nullable(CustomEmoji) }),
} as const
