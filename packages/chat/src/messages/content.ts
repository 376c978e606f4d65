import { MAX_MESSAGE_CODE_POINTS } from '@afrochat/contracts'
import { isStorableText } from '@afrochat/kernel'
import { messageTooLong, noText, unstorableText } from './message.errors.ts'

/** Nothing in it can be seen: spaces, zero-width and other ignorable characters, the blank Braille pattern. */
const INVISIBLE = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\u2800]*$/u

/**
 * Control characters but tab and newline (they do things to terminals and logs), and the two bidi *overrides*, which
 * show text in another order than it has ("gpj.exe"). Marks, embeddings and isolates stay: Arabic and Hebrew need them.
 */
const HARMFUL = /[[\p{Control}--[\t\n]]\u202d\u202e]/gv

/** The text of a message as it is kept. Throws `no_text` or `msg_too_long`: nothing is cut off in silence. */
export function checkContent(content: string): string {
  if (!isStorableText(content)) throw unstorableText()
  if (!isShortEnough(content)) throw messageTooLong()
  if (INVISIBLE.test(content)) throw noText()
  return cleanContent(content)
}

/** The text with newlines of one kind and without harmful characters: what else there is to check is left to the caller. */
export function cleanContent(content: string): string {
  return content.replace(/\r\n?/g, '\n').replace(HARMFUL, '')
}

/** Counts code points, and only where the number of UTF-16 units (one or two each) does not decide. */
function isShortEnough(content: string): boolean {
  if (content.length <= MAX_MESSAGE_CODE_POINTS) return true
  if (content.length > 2 * MAX_MESSAGE_CODE_POINTS) return false
  return [...content].length <= MAX_MESSAGE_CODE_POINTS
}
