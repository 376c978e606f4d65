import { randomBytes } from 'node:crypto'
import type { Tx } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import type { EncodedImage } from '../ports.ts'
import * as images from './images.repository.ts'

/** 128 random bits: whoever knows the address may see the picture, and nobody finds one by guessing. */
const NAME_BYTES = 16

/** Where everybody gets a picture. */
export const imageUrl = (publicUrl: string, name: string): string => `${publicUrl.replace(/\/+$/, '')}/api/v1/images/${name}`

export interface Replacement {
  readonly image: EncodedImage
  readonly uploadedBy: UserId
}

/** Keeps a picture under a name of its own: what an address shows never changes, so that it may be kept for ever. */
export async function storeImage(tx: Tx, { image, uploadedBy }: Replacement): Promise<string> {
  const name = randomBytes(NAME_BYTES).toString('hex')
  const { bytes, contentType, width, height } = image
  await images.insert(tx, { name, content_type: contentType, bytes, width, height, uploaded_by: uploadedBy })
  return name
}

/** Each is shown in one place: the one that is replaced there has none. Called after the place shows another, or none. */
export async function removeReplaced(tx: Tx, name: string | null): Promise<void> {
  if (name !== null) await images.remove(tx, name)
}
