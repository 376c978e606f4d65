import type { Db } from '@afrochat/database'
import { imageNotFound } from './image.errors.ts'
import * as images from './images.repository.ts'

export interface Picture {
  readonly bytes: Buffer
  readonly contentType: string
}

/** To whoever knows its name: pages show pictures without saying who looks. */
export async function getImage({ db }: { db: Db }, name: string): Promise<Picture> {
  const row = await images.find(db, name)
  if (row === undefined) throw imageNotFound()
  return { bytes: row.bytes, contentType: row.content_type }
}
