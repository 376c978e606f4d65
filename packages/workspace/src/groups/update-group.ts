import { claimHandle } from '@afrochat/auth'
import type { BodyOf, Group, groupRoutes } from '@afrochat/contracts'
import { isUniqueViolation, type Transact, type Tx } from '@afrochat/database'
import type { Actor, GroupId, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { getWorkspaceFor, lockWorkspaceToChange } from '../workspaces/load-workspace.ts'
import { announceGroup } from './announce-groups.ts'
import { groupNotFound, handleTaken } from './group.errors.ts'
import { assertFullMembers, assertSubgroups, toGroupFields, type GroupFields } from './group-fields.ts'
import { toGroup, type GroupRow } from './group.view.ts'
import * as groups from './groups.repository.ts'

export type UpdateGroup = BodyOf<typeof groupRoutes.updateGroup> & { readonly workspace_id: WorkspaceId; readonly group_id: GroupId }

/** Changes what is given; where that is how it was, nothing happens. */
export async function updateGroup({ transact }: { transact: Transact }, actor: Actor, input: UpdateGroup): Promise<Group> {
  const place = { workspaceId: input.workspace_id, id: input.group_id }
  const change: Change = { fields: toGroupFields(input), userIds: input.user_ids, groupIds: input.group_ids }
  const wanted = { id: place.workspaceId, action: 'group.manage', targetId: place.id } as const

  return translatingDuplicates(transact(actor, async (uow) => {
    const { tx } = uow
    // Before anything is locked: who may not do this keeps nobody waiting.
    await getWorkspaceFor(tx, actor, wanted)
    const isFree = change.fields.handle === undefined || await claimHandle(tx, change.fields.handle)
    // Groups of a workspace change one after the other: two cannot put each other into themselves.
    await lockWorkspaceToChange(tx, actor, wanted)
    const group = await groups.find(tx, place)
    if (group === undefined) throw groupNotFound()
    if (isLike(group, change)) return toGroup(group)
    if (!isFree) throw handleTaken()

    await apply(tx, place, change)
    const changed = await groups.get(tx, place)
    announceGroup(uow, changed)
    await recordAudit(tx, actor, { workspaceId: place.workspaceId, action: 'group_updated', targetId: place.id, details: toDetails(group, changed) })
    return toGroup(changed)
  }))
}

interface Change {
  readonly fields: GroupFields
  readonly userIds: UpdateGroup['user_ids']
  readonly groupIds: UpdateGroup['group_ids']
}

function isLike(group: GroupRow, { fields, userIds, groupIds }: Change): boolean {
  const isSame = (now: readonly string[], wanted: readonly string[] = now) => now.length === wanted.length && now.every((id) => wanted.includes(id))
  const { handle = group.handle, name = group.name, description = group.description } = fields
  return handle === group.handle && name === group.name && description === group.description
    && isSame(group.user_ids, userIds) && isSame(group.group_ids, groupIds)
}

async function apply(tx: Tx, place: { workspaceId: WorkspaceId; id: GroupId }, { fields, userIds, groupIds }: Change): Promise<void> {
  const { workspaceId, id } = place
  await assertFullMembers(tx, workspaceId, userIds ?? [])
  await assertSubgroups(tx, { workspaceId, group: id }, groupIds ?? [])
  await groups.update(tx, id, fields)
  if (userIds !== undefined) await groups.setMembers(tx, place, userIds)
  if (groupIds !== undefined) await groups.setSubgroups(tx, id, groupIds)
}

/** Numbers, not names: who is in it now, the group says. */
const toDetails = (before: GroupRow, after: GroupRow) => ({
  ...(before.handle !== after.handle && { handle: { from: before.handle, to: after.handle } }),
  people: { from: before.user_ids.length, to: after.user_ids.length },
})

/** Another group of the workspace has the handle. */
async function translatingDuplicates<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isUniqueViolation(error, groups.HANDLE_KEY)) throw handleTaken()
    throw error
  }
}
