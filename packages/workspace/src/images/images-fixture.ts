import { DomainError } from '@afrochat/kernel'
import { createWorld, PUBLIC_URL, type World, type WorldOptions } from '@afrochat/test-support'
import { createImages, type Images } from './create-images.ts'

/** A world with pictures: what decodes them is a fake, which takes the bytes as they are. */
export interface PictureWorld extends World {
  readonly images: Images
  /** How many pictures were looked at. */
  encoded(): number
  /** The pictures that are kept, by their addresses. */
  kept(): Promise<string[]>
}

export const PICTURE = Buffer.from('a picture')
export const ANOTHER = Buffer.from('another picture')
export const NO_PICTURE = Buffer.from('<svg/>')

export async function createPictureWorld({ poolSize = 25 }: WorldOptions = {}): Promise<PictureWorld> {
  const world = await createWorld({ poolSize })
  let count = 0
  const images = createImages({
    db: world.db, transact: world.transact, publicUrl: `${PUBLIC_URL}/`,
    encoder: {
      async encode(bytes, maxSide) {
        count += 1
        if (bytes.equals(NO_PICTURE)) throw new DomainError('unsupported', 'unsupported_media_type', 'Send a picture')
        return { bytes, contentType: 'image/webp', width: maxSide, height: 1 }
      },
    },
  })
  return {
    ...world, images, encoded: () => count,
    async kept() {
      const rows = await world.db.selectFrom('images').select('name').execute()
      return rows.map(({ name }) => `${PUBLIC_URL}/api/v1/images/${name}`).toSorted()
    },
  }
}
