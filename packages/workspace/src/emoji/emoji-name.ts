import { isStandardEmojiName } from '@afrochat/kernel'
import { emojiNameReserved } from './emoji.errors.ts'

/**
 * Throws `name_reserved` for what clients know already, and for what every object of theirs has by itself: a client that
 * keeps its emoji in one would find a function where it looks for a picture.
 */
export function assertOwnName(name: string): void {
  if (isStandardEmojiName(name) || name in {}) throw emojiNameReserved()
}
