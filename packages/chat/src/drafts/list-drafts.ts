import type { Draft } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import { toDraft } from './draft.view.ts'
import * as drafts from './drafts.repository.ts'

/** All drafts of somebody in a workspace, for a client that starts. The caller has seen to it that they are in it. */
export async function listDrafts(snapshot: Db, who: { readonly userId: UserId; readonly workspaceId: WorkspaceId }): Promise<Draft[]> {
  return (await drafts.list(snapshot, who)).map(toDraft)
}
