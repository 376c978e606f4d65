import { EMOJI_NAMES } from './emoji-names.ts'

/** What an emoji's name is made of, as between the colons of `:party_parrot:`. */
const NAME = /^[a-z0-9_+-]{1,100}$/
/** The skin tones of Unicode are 1-2 to 6, and clients name them so. */
const NAME_WITH_TONE = /^([a-z0-9_+-]{1,100})::skin-tone-([2-6])$/
const FIRST_TONE = 0x1f3fb
/** One emoji of Unicode's list of those recommended for interchange, fully qualified: flags, families and skin tones too. */
const EMOJI = /^\p{RGI_Emoji}$/v
const VARIATION_SELECTORS = /[\ufe0e\ufe0f]/gu
/** A character that is shown as text unless U+FE0F follows; a skin tone after it does the same. */
const TEXT_BY_DEFAULT = /(?=\p{Emoji})(?!\p{Emoji_Presentation})(.)(?!\p{Emoji_Modifier})/gu
/** The part that a skin tone colours is the first character, or everybody of a group alike. */
const COLOURED = /(\p{Emoji_Modifier_Base})\ufe0f?/gu

/** By name: names come from clients, and `constructor` is none. */
const STANDARD: ReadonlyMap<string, string> = new Map(EMOJI_NAMES.trim().split(/\s+/).flatMap((entry) => {
  const [emoji = '', names = ''] = entry.split('=')
  return names.split(',').map((name) => [name, emoji] as const)
}))

/** Whether it is a name, of a standard emoji or of one of a workspace's own. */
export const isEmojiName = (text: string): boolean => NAME.test(text)

/** Whether every client knows the name already; those of the skin tones, which stand behind others, too. */
export const isStandardEmojiName = (name: string): boolean => STANDARD.has(name) || /^skin-tone-[2-6]$/.test(name)

/**
 * The one form in which an emoji is kept, however it was written: ❤ with and without its variation selector, and
 * `thumbsup`, `+1` and 👍, are one each. Skin tones stay, each an emoji of its own: to drop them would erase what people
 * chose to show of themselves. A name that is not a standard one stays a name. Undefined: it is no emoji.
 */
export function toEmoji(text: string): string | undefined {
  if (EMOJI.test(text)) return text
  if (NAME.test(text)) return STANDARD.get(text) ?? text
  const [, name, tone] = NAME_WITH_TONE.exec(text) ?? []
  if (name !== undefined) return withTone(STANDARD.get(name), Number(tone))
  // Fully qualified, as Unicode's Technical Standard 51 has it: U+FE0F after all that is text by default, and nowhere else.
  const qualified = text.replace(VARIATION_SELECTORS, '').replace(TEXT_BY_DEFAULT, '$1\ufe0f')
  return EMOJI.test(qualified) ? qualified : undefined
}

function withTone(emoji: string | undefined, tone: number): string | undefined {
  const coloured = emoji?.replace(COLOURED, `$1${String.fromCodePoint(FIRST_TONE + tone - 2)}`)
  return coloured !== undefined && coloured !== emoji && EMOJI.test(coloured) ? coloured : undefined
}
