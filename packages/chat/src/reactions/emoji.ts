import { isStorableText, toEmoji } from '@afrochat/kernel'
import { invalidEmojiName } from './reaction.errors.ts'

/** As the table allows. */
const MAX_CODE_POINTS = 100

/** In the one form in which it is kept. Throws `invalid_name`. */
export function checkEmoji(text: string): string {
  const emoji = toEmoji(text)
  if (emoji === undefined) throw invalidEmojiName()
  return emoji
}

/**
 * The emoji of a reaction to be taken back. Also what could not be added today, since it may have come with an import.
 * Throws `invalid_name` for what no row can hold.
 */
export function checkStoredEmoji(text: string): string {
  const emoji = toEmoji(text) ?? text
  if (!isStorableText(emoji) || emoji === '' || [...emoji].length > MAX_CODE_POINTS) throw invalidEmojiName()
  return emoji
}
