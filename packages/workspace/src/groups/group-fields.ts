import { isReservedUsername } from '@afrochat/auth'
import type { BodyOf, groupRoutes } from '@afrochat/contracts'
import type { Tx } from '@afrochat/database'
import { toSingleLine, type GroupId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { userNotFound } from '../channels/channel.errors.ts'
import { toDescription } from '../text/description.ts'
import { groupInItself, groupNotFound, handleReserved, invalidGroupName, userIsGuest } from './group.errors.ts'
import * as groups from './groups.repository.ts'

const MAX_NAME_CODE_POINTS = 80

/** What is given of a group, as it is kept. */
export interface GroupFields {
  readonly handle?: string
  readonly name?: string
  readonly description?: string | null
}

export function toGroupFields({ handle, name, description }: BodyOf<typeof groupRoutes.updateGroup>): GroupFields {
  return {
    ...(handle !== undefined && { handle: toHandle(handle) }),
    ...(name !== undefined && { name: toName(name) }),
    ...(description !== undefined && { description: toDescription(description) }),
  }
}

/** Handles are made like usernames, and are refused like them: `@here` means something else already. */
function toHandle(text: string): string {
  const handle = text.toLowerCase()
  if (isReservedUsername(handle)) throw handleReserved()
  return handle
}

function toName(text: string): string {
  const name = toSingleLine(text)
  if (name === '' || Array.from(name).length > MAX_NAME_CODE_POINTS) throw invalidGroupName()
  return name
}

/** Throws unless all of them are full members. */
export async function assertFullMembers(tx: Tx, workspaceId: WorkspaceId, userIds: readonly UserId[]): Promise<void> {
  if (userIds.length === 0) return
  const roles = await groups.listRoles(tx, workspaceId, userIds)
  if (roles.length < userIds.length) throw userNotFound()
  if (roles.some(({ role }) => role === 'guest')) throw userIsGuest()
}

interface Holder {
  readonly workspaceId: WorkspaceId
  readonly group?: GroupId
}

/** Throws unless all of them are groups of the workspace in which `group`, if there is one yet, is not. No group changes meanwhile. */
export async function assertSubgroups(tx: Tx, { workspaceId, group }: Holder, groupIds: readonly GroupId[]): Promise<void> {
  if (groupIds.length === 0) return
  const reachable = await groups.listReachable(tx, workspaceId, groupIds)
  if (!groupIds.every((id) => reachable.has(id))) throw groupNotFound()
  if (group !== undefined && reachable.has(group)) throw groupInItself()
}
