import type { Invite, InvitePreview } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type InviteId, type Page, type WorkspaceId } from '@afrochat/kernel'
import { decodeIdCursor, type PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceFor } from '../workspaces/load-workspace.ts'
import { hashInviteToken } from './invite-token.ts'
import { inviteNotFound } from './invite.errors.ts'
import { assertUsable } from './invite.policy.ts'
import { toInvite, toInvitePreview } from './invite.view.ts'
import * as invites from './invites.repository.ts'

export type ListInvites = PageOptions & { readonly workspace_id: WorkspaceId; readonly status?: 'pending' | 'all' | undefined }

/** An admin's list holds everybody's, a member's their own. `pending`: those that are still good. */
export async function listInvites({ db }: { db: Db }, actor: Actor, input: ListInvites): Promise<Page<Invite>> {
  const { workspace_id, status = 'all', limit = DEFAULT_PAGE_SIZE, cursor } = input
  const { workspace, grant } = await getWorkspaceFor(db, actor, { id: workspace_id, action: 'invite.list' })
  const rows = await invites.list(db, {
    workspaceId: workspace.id, createdBy: grant === 'own' ? actor.userId : undefined, isPending: status === 'pending',
    before: decodeIdCursor<InviteId>('invites', cursor), limit: limit + 1,
  })
  return toPage(rows.map(toInvite), limit, ({ id }) => encodeCursor('invites', id))
}

/** What the holder of a token may know. Holding it is the permission, so nobody needs to be signed in. */
export async function previewInvite({ db }: { db: Db }, token: string): Promise<InvitePreview> {
  const invite = await invites.findPreview(db, hashInviteToken(token))
  if (invite === undefined) throw inviteNotFound()
  assertUsable(invite)
  return toInvitePreview(invite)
}
