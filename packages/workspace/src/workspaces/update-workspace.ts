import { defaultWorkspaceSettings, workspaceStream, type BodyOf, type Workspace, type WorkspaceSettings, type workspaceRoutes } from '@afrochat/contracts'
import { isUniqueViolation, type Transact, type Tx } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { revokeUnauthorised } from '../invites/revoke-unauthorised.ts'
import { lockSettled } from '../members/lock-settled.ts'
import { toDescription } from '../text/description.ts'
import { assertMayInWorkspace, getWorkspaceFor, lockWorkspaceToChange } from './load-workspace.ts'
import { slugTaken } from './workspace.errors.ts'
import { toWorkspaceName } from './workspace-name.ts'
import { settingsOf, toWorkspace, type WorkspaceRow } from './workspace.view.ts'
import * as workspaces from './workspaces.repository.ts'
import type { WorkspaceChange } from './workspaces.repository.ts'

export type UpdateWorkspace = BodyOf<typeof workspaceRoutes.updateWorkspace> & { readonly workspace_id: WorkspaceId }

type Setting = keyof WorkspaceSettings

/** By these admins may more: an admin would open them for themselves. */
const ADMIN_RIGHTS: readonly Setting[] = ['admins_may_manage_admins', 'admins_may_read_audit_log']
/** When one of these is switched off, invites lose the authority that made them. */
const INVITING: readonly Setting[] = ['members_may_invite', 'admins_may_manage_admins']

/** Changes the workspace, all fields that are given or none. What is so already leaves no trace. */
export async function updateWorkspace({ transact }: { transact: Transact }, actor: Actor, input: UpdateWorkspace): Promise<Workspace> {
  const { workspace_id: id, ...given } = input
  const wanted = toWanted(given)
  return transact(actor, async ({ tx, emit }) => {
    const access = await lockFor(tx, actor, { id, settings: given.settings })
    const changes = differences(access.workspace, wanted)
    if (changes.some(({ field }) => isIn(ADMIN_RIGHTS, field))) assertMayInWorkspace(access, { action: 'workspace.update.admin_rights' })
    if (changes.length === 0) return toWorkspace(access.workspace)

    const workspace = await store(tx, id, toRow(access.workspace, wanted))
    if (changes.some(({ field, to }) => isIn(INVITING, field) && to === false)) await revokeUnauthorised(tx, workspace)
    emit({ type: 'workspace_updated', stream: workspaceStream(id), workspaceId: id, payload: toWorkspace(workspace) })
    await recordAudit(tx, actor, { workspaceId: id, action: 'workspace_updated', targetId: id, details: { changes } })
    return toWorkspace(workspace)
  })
}

/** Invites come first of all locks; only a change that may end some takes them. */
async function lockFor(tx: Tx, actor: Actor, { id, settings = {} }: { id: WorkspaceId; settings?: Partial<WorkspaceSettings> | undefined }) {
  const wanted = { id, action: 'workspace.update', targetId: id } as const
  await getWorkspaceFor(tx, actor, wanted)
  const lockRows = () => lockWorkspaceToChange(tx, actor, wanted)
  const endsInvites = INVITING.some((name) => settings[name] === false)
  return endsInvites ? lockSettled(tx, { findInvites: async () => ({ workspaceIds: [id] }), lockRows }) : lockRows()
}

interface Wanted {
  readonly fields: Partial<Pick<WorkspaceRow, 'name' | 'slug' | 'description'>>
  readonly settings: Partial<WorkspaceSettings>
}

/** As it is kept. */
function toWanted({ name, slug, description, settings = {} }: Omit<UpdateWorkspace, 'workspace_id'>): Wanted {
  return {
    fields: {
      ...(name !== undefined && { name: toWorkspaceName(name) }),
      ...(slug !== undefined && { slug }),
      ...(description !== undefined && { description: toDescription(description) }),
    },
    settings,
  }
}

interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

function differences(workspace: WorkspaceRow, { fields, settings }: Wanted): Change[] {
  const before: Readonly<Record<string, unknown>> = { ...workspace, ...settingsOf(workspace) }
  const after = Object.entries<unknown>({ ...fields, ...settings })
  return after.map(([field, to]) => ({ field, from: before[field], to })).filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))
}

/** Of the settings only what differs from the defaults is kept. */
function toRow(workspace: WorkspaceRow, { fields, settings }: Wanted): WorkspaceChange {
  const all = Object.entries({ ...settingsOf(workspace), ...settings })
  const defaults: Readonly<Record<string, unknown>> = defaultWorkspaceSettings
  return { ...fields, settings: Object.fromEntries(all.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]))) }
}

async function store(tx: Tx, id: WorkspaceId, change: WorkspaceChange): Promise<WorkspaceRow> {
  try {
    return await workspaces.update(tx, id, change)
  } catch (error) {
    if (isUniqueViolation(error, workspaces.SLUG_KEY)) throw slugTaken()
    throw error
  }
}

const isIn = (names: readonly string[], name: string) => names.includes(name)
