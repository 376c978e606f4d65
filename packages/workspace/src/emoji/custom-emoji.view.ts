import type { Selectable } from 'kysely'
import type { CustomEmoji } from '@afrochat/contracts'
import type { CustomEmojiTable } from '@afrochat/database'
import { imageUrl } from '../images/store-image.ts'

export type CustomEmojiRow = Selectable<CustomEmojiTable>

export const toCustomEmoji = (publicUrl: string) => (row: CustomEmojiRow): CustomEmoji => ({
  name: row.name,
  url: imageUrl(publicUrl, row.image_name),
  created_by: row.created_by,
  created_at: row.created_at.toISOString(),
})
