import type { Db } from '@afrochat/database'
import { dismissMembers, type DeletionDeps } from './delete-workspace.ts'
import * as deletions from './deletions.repository.ts'

const nobody = { userId: null, requestId: null }

/** Finishes the deletions of workspaces that a crash cut off: for a service that looks now and then. Twice at once does no harm. */
export async function finishDeletions({ db, ...deps }: DeletionDeps & { readonly db: Db }): Promise<void> {
  for (const id of await deletions.listUnfinished(db)) await dismissMembers(deps, nobody, id)
}
