import { stripVTControlCharacters } from 'node:util'

/** Controls other than tab and line break; those that turn the direction of text; and invisible marks that hide things. */
const NOT_SHOWN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/**
 * What somebody else wrote, safe to show: without what would move the cursor, colour or clear the screen, retitle the
 * window, ring, or show text in another order than it has.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n')).toWellFormed().replace(NOT_SHOWN, '')
}

/** The same for a name: on one line, and never empty. */
export function cleanName(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim() || '?'
}
