import type { WorkspaceMember } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type Page, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { decodeIdCursor, type PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceFor, mayInWorkspace } from '../workspaces/load-workspace.ts'
import { toWorkspaceMember } from '../workspaces/workspace.view.ts'
import * as members from './members.repository.ts'

export type ListMembers = PageOptions & { readonly workspace_id: WorkspaceId }

/** Deactivated members included: what they wrote is still there. Not for guests, who see only whom they share a channel with. */
export async function listMembers({ db }: { db: Db }, actor: Actor, input: ListMembers): Promise<Page<WorkspaceMember>> {
  const { workspace_id, limit = DEFAULT_PAGE_SIZE, cursor } = input
  const access = await getWorkspaceFor(db, actor, { id: workspace_id, action: 'member.list' })
  const after = decodeIdCursor<UserId>('workspace_members', cursor)
  const rows = await members.list(db, { workspaceId: access.workspace.id, after, limit: limit + 1 })
  const withEmail = mayInWorkspace(access, 'member.email.read')
  return toPage(rows.map((row) => toWorkspaceMember(row, { withEmail })), limit, ({ user }) => encodeCursor('workspace_members', user.id))
}
