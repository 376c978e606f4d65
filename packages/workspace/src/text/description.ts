import { DomainError, toSingleLine } from '@afrochat/kernel'

const MAX_CODE_POINTS = 250

export const toDescription = (text: string | null | undefined): string | null => toShortText(text, 'description')

export const toTopic = (text: string | null): string | null => toShortText(text, 'topic')

/** The text as it is kept; null when there is nothing to see. Composing can lengthen a text, so its length is looked at afterwards. */
function toShortText(text: string | null | undefined, field: 'description' | 'topic'): string | null {
  const line = toSingleLine(text ?? '')
  if (Array.from(line).length <= MAX_CODE_POINTS) return line || null
  throw new DomainError('invalid', 'invalid_request', `The ${field} is too long`, {
    details: [{ path: `/${field}`, message: `must have at most ${MAX_CODE_POINTS} characters` }],
  })
}
