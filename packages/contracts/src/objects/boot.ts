import { Type, type Static } from 'typebox'
import { Channel } from './channel.ts'
import { CustomEmoji, Group } from './group.ts'
import { Draft, placeCounts } from './kept.ts'
import { Closed } from './scalars.ts'
import { UserPreferences } from './settings.ts'
import { OwnUser, User } from './user.ts'
import { Workspace, WorkspaceRole } from './workspace.ts'

/** All that a client needs to draw its first screen, read in one snapshot, with the cursor that joins the stream to it. */
export const Boot = Closed(
  {
    cursor: Type.String({ description: 'Use it as it is in `resume`: this state and the later events are the later state' }),
    me: OwnUser,
    workspace: Workspace,
    role: WorkspaceRole,
    channels: Type.Array(Channel, { description: 'Every channel that the caller is a member of' }),
    preferences: UserPreferences,
    groups: Type.Array(Group, { description: 'Empty for guests' }),
    emoji: Type.Array(CustomEmoji),
    drafts: Type.Array(Draft),
    threads: Closed(placeCounts, { description: 'Of all threads that one follows' }),
    users: Type.Array(User, { description: 'The people of these channels and of the workspace that the caller may see, at most 1,000' }),
  },
  { $id: 'Boot' },
)
export type Boot = Static<typeof Boot>
