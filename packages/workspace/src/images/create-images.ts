import type { Actor, WorkspaceId } from '@afrochat/kernel'
import type { Db, Transact } from '@afrochat/database'
import { watchRefusals } from '../audit/record-refusals.ts'
import { setEmoji, type SetEmoji } from '../emoji/set-emoji.ts'
import type { ImageEncoder } from '../ports.ts'
import { getImage } from './get-image.ts'
import { removeAvatar, setAvatar } from './set-avatar.ts'
import { removeIcon, setIcon, type SetIcon } from './set-icon.ts'

export interface ImagesDeps {
  readonly db: Db
  readonly transact: Transact
  /** The beginning of the addresses of pictures. */
  readonly publicUrl: string
  readonly encoder: ImageEncoder
}

/** Everything that is done with pictures: apart from the rest of the domain, since only one of the services has an encoder. */
export type Images = ReturnType<typeof createImages>

export function createImages(deps: ImagesDeps) {
  const watch = watchRefusals(deps.transact)
  return {
    getImage: (name: string) => getImage(deps, name),
    setAvatar: (actor: Actor, bytes: Buffer) => setAvatar(deps, actor, bytes),
    removeAvatar: (actor: Actor) => removeAvatar(deps, actor),
    setIcon: (actor: Actor, input: SetIcon) => watch(actor, () => setIcon(deps, actor, input)),
    removeIcon: (actor: Actor, id: WorkspaceId) => watch(actor, () => removeIcon(deps, actor, id)),
    setEmoji: (actor: Actor, input: SetEmoji) => setEmoji(deps, actor, input),
  }
}
