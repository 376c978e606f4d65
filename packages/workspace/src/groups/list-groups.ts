import type { Group } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type GroupId, type Page, type WorkspaceId } from '@afrochat/kernel'
import { decodeIdCursor, type PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceFor } from '../workspaces/load-workspace.ts'
import { MAX_GROUPS } from './create-group.ts'
import { groupNotFound } from './group.errors.ts'
import { toGroup } from './group.view.ts'
import * as groups from './groups.repository.ts'

export type ListGroups = PageOptions & { readonly workspace_id: WorkspaceId }

/** In their order of age. Not for guests, who know the people of their channels alone. */
export async function listGroups({ db }: { db: Db }, actor: Actor, input: ListGroups): Promise<Page<Group>> {
  const { workspace_id: workspaceId, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getWorkspaceFor(db, actor, { id: workspaceId, action: 'group.list' })
  const rows = await groups.list(db, { workspaceId, after: decodeIdCursor<GroupId>('groups', cursor), limit: limit + 1 })
  return toPage(rows.map(toGroup), limit, ({ id }) => encodeCursor('groups', id))
}

export interface GetGroup {
  readonly workspace_id: WorkspaceId
  readonly group_id: GroupId
}

export async function getGroup({ db }: { db: Db }, actor: Actor, { workspace_id: workspaceId, group_id: id }: GetGroup): Promise<Group> {
  await getWorkspaceFor(db, actor, { id: workspaceId, action: 'group.list' })
  const group = await groups.find(db, { workspaceId, id })
  if (group === undefined) throw groupNotFound()
  return toGroup(group)
}

/** All of them: for the first screen of a full member. */
export async function readAllGroups(snapshot: Db, workspaceId: WorkspaceId): Promise<Group[]> {
  return (await groups.list(snapshot, { workspaceId, after: undefined, limit: MAX_GROUPS })).map(toGroup)
}
