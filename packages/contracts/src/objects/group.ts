import { Type, type Static } from 'typebox'
import { Closed, GroupIdSchema, Nullable, Timestamp, UserIdSchema, WorkspaceIdSchema } from './scalars.ts'

/** People who are mentioned by one handle. */
export const Group = Closed(
  {
    id: GroupIdSchema,
    workspace_id: WorkspaceIdSchema,
    handle: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    user_ids: Type.Array(UserIdSchema, { description: 'Its own members, at most 1,000' }),
    group_ids: Type.Array(GroupIdSchema, { description: 'Groups whose members are mentioned with it' }),
    created_by: UserIdSchema,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Group' },
)
export type Group = Static<typeof Group>

export const CustomEmoji = Closed(
  { name: Type.String(), url: Type.String(), created_by: UserIdSchema, created_at: Timestamp },
  { $id: 'CustomEmoji' },
)
export type CustomEmoji = Static<typeof CustomEmoji>
