import type { Tx } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import { settingsOf, type WorkspaceRow } from '../workspaces/workspace.view.ts'
import { authoritiesIn } from './invite.policy.ts'
import * as invites from './invites.repository.ts'

/**
 * After a role, a membership or a setting has changed: ends the invites of one person, or of everybody, that they could
 * not make any more. For good: getting the right back later does not bring them back. They are locked, and the workspace is.
 */
export const revokeUnauthorised = (tx: Tx, workspace: Pick<WorkspaceRow, 'id' | 'settings'>, createdBy?: UserId): Promise<void> =>
  invites.revokeUnauthorised(tx, { workspaceId: workspace.id, createdBy, allowed: authoritiesIn(settingsOf(workspace)) })
