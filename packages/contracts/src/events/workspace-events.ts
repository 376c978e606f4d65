import { WorkspaceRole } from '../objects/workspace.ts'
import { Closed, Timestamp, UserIdSchema, WorkspaceIdSchema } from '../objects/scalars.ts'
import { User } from '../objects/user.ts'

export const workspaceEvents = {
  workspace_member_joined: Closed({ workspace_id: WorkspaceIdSchema, user: User, role: WorkspaceRole, joined_at: Timestamp }),
  workspace_member_left: Closed({ workspace_id: WorkspaceIdSchema, user_id: UserIdSchema }),
} as const
