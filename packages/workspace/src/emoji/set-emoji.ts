import { workspaceStream, type CustomEmoji } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import type { PictureDeps } from '../images/set-avatar.ts'
import { removeReplaced, storeImage } from '../images/store-image.ts'
import { assertMayInWorkspace, getWorkspaceFor, lockWorkspaceToChange, type WorkspaceAccess } from '../workspaces/load-workspace.ts'
import { assertOwnName } from './emoji-name.ts'
import { emojiNameTaken, tooManyEmoji } from './emoji.errors.ts'
import { toCustomEmoji, type CustomEmojiRow } from './custom-emoji.view.ts'
import * as customEmoji from './custom-emoji.repository.ts'

export interface SetEmoji {
  readonly workspace_id: WorkspaceId
  readonly name: string
  readonly bytes: Buffer
}

export interface SavedEmoji {
  readonly emoji: CustomEmoji
  /** False: there was one of the name, which has another picture now. */
  readonly created: boolean
}

/** All of them are on the first screen of everybody. */
export const MAX_EMOJI = 6_000
/** Shown at 16 to 32 points in a line, and at twice that alone, on screens of up to three pixels a point. */
const EMOJI_SIDE = 128

/** Adds an emoji of the workspace's own, or gives one that the actor may remove another picture. */
export async function setEmoji(deps: PictureDeps & { db: Db; maxEmoji?: number }, actor: Actor, input: SetEmoji): Promise<SavedEmoji> {
  const { db, transact, publicUrl, encoder, maxEmoji = MAX_EMOJI } = deps
  const { workspace_id: workspaceId, name } = input
  const wanted = { id: workspaceId, action: 'emoji.add' } as const
  // Before the work of looking at a picture: who may not do this keeps nobody busy.
  await getWorkspaceFor(db, actor, wanted)
  assertOwnName(name)
  const image = await encoder.encode(input.bytes, EMOJI_SIDE)

  return transact(actor, async ({ tx, emit }) => {
    // The emoji of a workspace change one after the other: what is counted here stays so.
    const access = await lockWorkspaceToChange(tx, actor, wanted)
    const before = await customEmoji.find(tx, { workspaceId, name })
    if (before === undefined) await assertRoom(tx, workspaceId, maxEmoji)
    else assertMayReplace(access, actor, before)

    const imageName = await storeImage(tx, { image, uploadedBy: actor.userId })
    const row = before === undefined
      ? await customEmoji.insert(tx, { workspace_id: workspaceId, name, image_name: imageName, created_by: actor.userId })
      : await customEmoji.setImage(tx, { workspaceId, name }, imageName)
    await removeReplaced(tx, before?.image_name ?? null)
    const emoji = toCustomEmoji(publicUrl)(row)
    emit({ type: 'emoji_updated', stream: workspaceStream(workspaceId), workspaceId, payload: { workspace_id: workspaceId, name, emoji } })
    await recordAudit(tx, actor, { workspaceId, action: 'emoji_added', targetId: name })
    return { emoji, created: before === undefined }
  })
}

async function assertRoom(tx: Tx, workspaceId: WorkspaceId, limit: number): Promise<void> {
  if ((await customEmoji.count(tx, workspaceId)) >= limit) throw tooManyEmoji(limit)
}

/** Another picture takes the one away that others know: only who may remove it. */
function assertMayReplace(access: WorkspaceAccess, { userId }: Actor, { created_by: by }: CustomEmojiRow): void {
  if (by !== userId && assertMayInWorkspace(access, { action: 'emoji.remove' }) === 'own') throw emojiNameTaken()
}
