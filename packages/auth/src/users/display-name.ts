import { toSingleLine } from '@afrochat/kernel'
import { invalidField } from '../auth.errors.ts'

const MAX_CODE_POINTS = 80

/** A name as it is kept. Composing can lengthen a text, so its length is looked at afterwards. */
export function toDisplayName(text: string): string {
  const name = toSingleLine(text)
  if (name === '') throw invalidField('/display_name', 'must have something to see')
  if (Array.from(name).length > MAX_CODE_POINTS) throw invalidField('/display_name', `must have at most ${MAX_CODE_POINTS} characters`)
  return name
}
