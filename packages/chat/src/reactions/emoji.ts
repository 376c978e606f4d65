import { isEmojiName, isStorableText, toEmoji } from '@afrochat/kernel'
import { invalidEmojiName } from './reaction.errors.ts'

/** As the table allows. */
const MAX_CODE_POINTS = 100

/** An emoji to react with, in the one form in which it is kept. */
export interface CheckedEmoji {
  readonly emoji: string
  /** It is a name that is no standard one: there has to be an emoji of this name in the workspace. */
  readonly isCustom: boolean
}

/** Throws `invalid_name` for what cannot be an emoji anywhere. */
export function checkEmoji(text: string): CheckedEmoji {
  const emoji = toEmoji(text)
  if (emoji === undefined) throw invalidEmojiName()
  return { emoji, isCustom: isEmojiName(emoji) }
}

/**
 * What a reaction to be taken back may be kept as: as it is written, which may have come with an import or name an emoji
 * that is no more, or in the one form of today. Throws `invalid_name` for what no row can hold.
 */
export function formsOf(text: string): string[] {
  if (!isStorableText(text) || text === '' || [...text].length > MAX_CODE_POINTS) throw invalidEmojiName()
  return [...new Set([text, toEmoji(text) ?? text])]
}
