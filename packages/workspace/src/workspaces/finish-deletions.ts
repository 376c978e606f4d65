import type { Db, Transact } from '@afrochat/database'
import { dismissMembers } from './delete-workspace.ts'
import * as deletions from './deletions.repository.ts'

const nobody = { userId: null, requestId: null }

/** Finishes the deletions of workspaces that a crash cut off: for a service that looks now and then. Twice at once does no harm. */
export async function finishDeletions({ db, transact }: { db: Db; transact: Transact }): Promise<void> {
  for (const id of await deletions.listUnfinished(db)) await dismissMembers({ transact }, nobody, id)
}
