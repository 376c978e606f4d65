import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { Actor, DomainError, WorkspaceId } from '@afrochat/kernel'
import { AdministrativeRefusal, guestNotAllowed, roleNotAllowed } from '../permissions/permission.errors.ts'
import { administrativeWorkspaceActions, grantOf, type Grant, type WorkspaceAction } from '../permissions/workspace-permissions.ts'
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
  /** Whom or what the action is meant for: a refusal is recorded with it. */
  readonly targetId?: string
}

/** The one way to get a workspace on behalf of somebody. One that is missing or not theirs is `workspace_not_found`. */
export async function getWorkspaceFor(db: Db, actor: Actor, wanted: Wanted): Promise<WorkspaceAccess> {
  return permit(await workspaces.findOwn(db, actor.userId, wanted.id), wanted)
}

/** The same for a change in the workspace: it, and the caller's role, stay what they are until the transaction ends. */
export async function lockWorkspaceFor(tx: Tx, actor: Actor, wanted: Wanted): Promise<WorkspaceAccess> {
  return permit(await workspaces.lockOwn(tx, actor.userId, wanted.id), wanted)
}

/**
 * The same for a change of the workspace itself, or of who is what in it: these go one after the other, and nothing that
 * `lockWorkspaceFor` permits goes on beside them. So two owners cannot both stop being one, each counting on the other.
 */
export async function lockWorkspaceToChange(tx: Tx, actor: Actor, wanted: Wanted): Promise<WorkspaceAccess> {
  await workspaces.lock(tx, wanted.id)
  return lockWorkspaceFor(tx, actor, wanted)
}

export async function getWorkspaceBySlugFor(db: Db, actor: Actor, slug: string): Promise<WorkspaceAccess> {
  return permit(await workspaces.findOwnBySlug(db, actor.userId, slug), { action: 'workspace.read' })
}

function permit(own: workspaces.OwnWorkspaceRow | undefined, wanted: Omit<Wanted, 'id'>): WorkspaceAccess {
  if (own === undefined) throw workspaceNotFound()
  const { role, ...workspace } = own
  return { workspace, role, grant: assertMayInWorkspace({ workspace, role }, wanted) }
}

/** Throws what the table of permissions answers, unless it allows the action; tells how far it does. */
export function assertMayInWorkspace(
  { workspace, role }: Pick<WorkspaceAccess, 'workspace' | 'role'>,
  { action, targetId }: Omit<Wanted, 'id'>,
): WorkspaceAccess['grant'] {
  const grant = grantOf(action, role, settingsOf(workspace))
  if (grant !== 'deny') return grant
  if (!administrativeWorkspaceActions.has(action)) throw refusalOf(role)
  throw new AdministrativeRefusal(refusalOf(role), { workspaceId: workspace.id, action, targetId: targetId ?? null })
}

/** Whether the table of permissions allows the action, to its full extent. */
export const mayInWorkspace = ({ workspace, role }: Pick<WorkspaceAccess, 'workspace' | 'role'>, action: WorkspaceAction): boolean =>
  grantOf(action, role, settingsOf(workspace)) === 'allow'

const refusalOf = (role: WorkspaceRole): DomainError => (role === 'guest' ? guestNotAllowed() : roleNotAllowed())
