import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { Actor, DomainError, WorkspaceId } from '@afrochat/kernel'
import { guestNotAllowed, roleNotAllowed } from '../permissions/permission.errors.ts'
import { decide } from '../permissions/cell.ts'
import { workspacePermissions, type Grant, type WorkspaceAction } from '../permissions/workspace-permissions.ts'
import { settingsOf, type WorkspaceRow } from './workspace.view.ts'
import { workspaceNotFound } from './workspace.errors.ts'
import * as workspaces from './workspaces.repository.ts'

export interface WorkspaceAccess {
  readonly workspace: WorkspaceRow
  readonly role: WorkspaceRole
  /** How far the action is allowed. */
  readonly grant: Exclude<Grant, 'deny'>
}

interface Wanted {
  readonly id: WorkspaceId
  readonly action: WorkspaceAction
}

/** The one way to get a workspace on behalf of somebody. One that is missing or not theirs is `workspace_not_found`. */
export async function getWorkspaceFor(db: Db, actor: Actor, { id, action }: Wanted): Promise<WorkspaceAccess> {
  return permit(action, await workspaces.findOwn(db, actor.userId, id))
}

/** The same for a change: the caller's role stays what it is until the transaction ends. */
export async function lockWorkspaceFor(tx: Tx, actor: Actor, { id, action }: Wanted): Promise<WorkspaceAccess> {
  return permit(action, await workspaces.lockOwn(tx, actor.userId, id))
}

export async function getWorkspaceBySlugFor(db: Db, actor: Actor, slug: string): Promise<WorkspaceAccess> {
  return permit('workspace.read', await workspaces.findOwnBySlug(db, actor.userId, slug))
}

function permit(action: WorkspaceAction, own: workspaces.OwnWorkspaceRow | undefined): WorkspaceAccess {
  if (own === undefined) throw workspaceNotFound()
  const { role, ...workspace } = own
  const grant = decide(workspacePermissions[action][role], settingsOf(workspace))
  if (grant === 'deny') throw refusalOf(role)
  return { workspace, role, grant }
}

export const refusalOf = (role: WorkspaceRole): DomainError => (role === 'guest' ? guestNotAllowed() : roleNotAllowed())
