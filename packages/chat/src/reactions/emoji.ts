import { isStorableText } from '@afrochat/kernel'
import { invalidEmojiName } from './reaction.errors.ts'

/** The name of an emoji, as between the colons of `:thumbs_up:`. */
const NAME = /^[a-z0-9_+-]{1,100}$/
/** One emoji of Unicode's list of those recommended for interchange, fully qualified: flags, families and skin tones too. */
const EMOJI = /^\p{RGI_Emoji}$/v
const VARIATION_SELECTORS = /[\ufe0e\ufe0f]/gu
/** A character that is shown as text unless U+FE0F follows; a skin tone after it does the same. */
const TEXT_BY_DEFAULT = /(?=\p{Emoji})(?!\p{Emoji_Presentation})(.)(?!\p{Emoji_Modifier})/gu
/** As the table allows. */
const MAX_CODE_POINTS = 100

/**
 * The one form in which an emoji is kept, so that ❤ typed with and without its variation selector counts as one.
 * Skin tones stay, each an emoji of its own: to drop them would erase what people chose to show of themselves.
 * Throws `invalid_name`.
 */
export function checkEmoji(text: string): string {
  const emoji = normalizeEmoji(text)
  if (emoji === undefined) throw invalidEmojiName()
  return emoji
}

/**
 * The emoji of a reaction to be taken back. Also what could not be added today, since it may have come with an import.
 * Throws `invalid_name` for what no row can hold.
 */
export function checkStoredEmoji(text: string): string {
  const emoji = normalizeEmoji(text) ?? text
  if (!isStorableText(emoji) || emoji === '' || [...emoji].length > MAX_CODE_POINTS) throw invalidEmojiName()
  return emoji
}

function normalizeEmoji(text: string): string | undefined {
  if (NAME.test(text) || EMOJI.test(text)) return text
  // Fully qualified, as Unicode's Technical Standard 51 has it: U+FE0F after all that is text by default, and nowhere else.
  const qualified = text.replace(VARIATION_SELECTORS, '').replace(TEXT_BY_DEFAULT, '$1\ufe0f')
  return EMOJI.test(qualified) ? qualified : undefined
}
