/** Line breaks, control characters, and characters that turn the direction of writing, also of what stands beside the name. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g
/** Something that a reader sees: not spaces, joiners and combining marks alone. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * A name or topic as it is stored: composed (NFC), on one line, without characters that cannot be seen or that change
 * how their neighbours are shown, without spaces around it. Empty when a reader would see nothing.
 */
export function toSingleLine(text: string): string {
  const line = text.normalize('NFC').replaceAll(UNSEEN, ' ').replaceAll(/\s+/gu, ' ').trim()
  return SEEN.test(line) ? line : ''
}
