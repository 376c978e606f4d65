import { workspaceStream, type Workspace } from '@afrochat/contracts'
import type { Db, Transact, UnitOfWork } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { getWorkspaceFor, lockWorkspaceToChange } from '../workspaces/load-workspace.ts'
import { toWorkspace, type WorkspaceRow } from '../workspaces/workspace.view.ts'
import * as workspaces from '../workspaces/workspaces.repository.ts'
import { AVATAR_SIDE, type PictureDeps } from './set-avatar.ts'
import { imageUrl, removeReplaced, storeImage } from './store-image.ts'

export interface SetIcon {
  readonly workspace_id: WorkspaceId
  readonly bytes: Buffer
}

/** The picture that the workspace is shown by from now on. */
export async function setIcon(deps: PictureDeps & { db: Db }, actor: Actor, { workspace_id: id, bytes }: SetIcon): Promise<Workspace> {
  const { db, transact, publicUrl, encoder } = deps
  // Before the work of looking at a picture: who may not do this keeps nobody busy.
  await getWorkspaceFor(db, actor, { id, action: 'workspace.update' })
  const image = await encoder.encode(bytes, AVATAR_SIDE)
  return transact(actor, async (uow) => {
    const { workspace } = await lockWorkspaceToChange(uow.tx, actor, { id, action: 'workspace.update' })
    const name = await storeImage(uow.tx, { image, uploadedBy: actor.userId })
    return show(uow, actor, { workspace, name, url: imageUrl(publicUrl, name) })
  })
}

/** None any more; where there is none, nothing happens. */
export async function removeIcon({ transact }: { transact: Transact }, actor: Actor, id: WorkspaceId): Promise<void> {
  await transact(actor, async (uow) => {
    const { workspace } = await lockWorkspaceToChange(uow.tx, actor, { id, action: 'workspace.update' })
    if (workspace.icon_url !== null) await show(uow, actor, { workspace, name: null, url: null })
  })
}

interface Icon {
  readonly workspace: WorkspaceRow
  readonly name: string | null
  readonly url: string | null
}

async function show(uow: UnitOfWork, actor: Actor, { workspace, name, url }: Icon): Promise<Workspace> {
  const { id, icon_image: replaced } = workspace
  const changed = toWorkspace(await workspaces.update(uow.tx, id, { icon_url: url, icon_image: name }))
  await removeReplaced(uow.tx, replaced)
  uow.emit({ type: 'workspace_updated', stream: workspaceStream(id), workspaceId: id, payload: changed })
  await recordAudit(uow.tx, actor, { workspaceId: id, action: 'workspace_updated', targetId: id, details: { icon: name === null ? 'removed' : 'replaced' } })
  return changed
}
