import { memberStream, workspaceStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import * as audience from './audience.repository.ts'
import { toUser, type UserRow } from './user.view.ts'

/**
 * Tells everybody who may know the person how they are now: the full members of their workspaces, and the guests who
 * share a channel with them. The caller holds the person's row, so that who joins at this moment waits or is seen here.
 */
export async function announceUser({ tx, emit }: UnitOfWork, row: UserRow): Promise<void> {
  const payload = { user: toUser(row) }
  for (const id of await audience.listWorkspaces(tx, row.id)) {
    emit({ type: 'user_updated', stream: workspaceStream(id), workspaceId: id, audience: 'members', payload })
  }
  for (const { workspace_id: id, user_id: guestId } of await audience.listGuests(tx, row.id)) {
    emit({ type: 'user_updated', stream: memberStream(id, guestId), workspaceId: id, payload })
  }
}
