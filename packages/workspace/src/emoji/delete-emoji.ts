import { workspaceStream } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { removeReplaced } from '../images/store-image.ts'
import { notAllowed } from '../permissions/permission.errors.ts'
import { lockWorkspaceToChange } from '../workspaces/load-workspace.ts'
import { emojiNotFound } from './emoji.errors.ts'
import * as customEmoji from './custom-emoji.repository.ts'

export interface DeleteEmoji {
  readonly workspace_id: WorkspaceId
  readonly name: string
}

/** Removes an emoji: one's own, or any as an admin. Reactions and texts with it stay, and show its name. */
export async function deleteEmoji({ transact }: { transact: Transact }, actor: Actor, { workspace_id: workspaceId, name }: DeleteEmoji): Promise<void> {
  await transact(actor, async ({ tx, emit }) => {
    const { grant } = await lockWorkspaceToChange(tx, actor, { id: workspaceId, action: 'emoji.remove', targetId: name })
    const emoji = await customEmoji.find(tx, { workspaceId, name })
    if (emoji === undefined) throw emojiNotFound()
    if (grant === 'own' && emoji.created_by !== actor.userId) throw notAllowed()

    await customEmoji.remove(tx, { workspaceId, name })
    await removeReplaced(tx, emoji.image_name)
    emit({ type: 'emoji_updated', stream: workspaceStream(workspaceId), workspaceId, payload: { workspace_id: workspaceId, name, emoji: null } })
    await recordAudit(tx, actor, { workspaceId, action: 'emoji_removed', targetId: name })
  })
}
