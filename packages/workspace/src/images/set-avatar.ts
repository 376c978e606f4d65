import { announceUser, lockOwnAccount, toOwnUser, updateAvatar } from '@afrochat/auth'
import type { OwnUser } from '@afrochat/contracts'
import type { Transact, UnitOfWork } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import type { ImageEncoder } from '../ports.ts'
import * as images from './images.repository.ts'
import { imageUrl, removeReplaced, storeImage } from './store-image.ts'

export interface PictureDeps {
  readonly transact: Transact
  readonly publicUrl: string
  readonly encoder: ImageEncoder
}

/** Shown at 36 to 128 points on screens of up to three pixels a point; a profile shows it larger. */
export const AVATAR_SIDE = 256

/** The picture that the actor is shown by from now on. */
export async function setAvatar({ transact, publicUrl, encoder }: PictureDeps, actor: Actor, bytes: Buffer): Promise<OwnUser> {
  const image = await encoder.encode(bytes, AVATAR_SIDE)
  return transact(actor, async (uow) => {
    await lockOwnAccount(uow.tx, actor)
    const name = await storeImage(uow.tx, { image, uploadedBy: actor.userId })
    return show(uow, actor, { name, url: imageUrl(publicUrl, name) })
  })
}

/** None any more, also where it was one from elsewhere. */
export async function removeAvatar({ transact }: Pick<PictureDeps, 'transact'>, actor: Actor): Promise<void> {
  await transact(actor, async (uow) => {
    const user = await lockOwnAccount(uow.tx, actor)
    if (user.avatar_url !== null) await show(uow, actor, { name: null, url: null })
  })
}

async function show(uow: UnitOfWork, { userId }: Actor, avatar: { name: string | null; url: string | null }): Promise<OwnUser> {
  const replaced = await images.findAvatar(uow.tx, userId)
  const user = await updateAvatar(uow.tx, userId, avatar)
  await removeReplaced(uow.tx, replaced)
  await announceUser(uow, user)
  return toOwnUser(user)
}
