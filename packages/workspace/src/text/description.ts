import { DomainError, toSingleLine } from '@afrochat/kernel'

const MAX_CODE_POINTS = 250

/** A description as it is kept; null when there is nothing to see. Composing can lengthen a text, so its length is looked at afterwards. */
export function toDescription(text: string | null | undefined): string | null {
  const description = toSingleLine(text ?? '')
  if (Array.from(description).length <= MAX_CODE_POINTS) return description || null
  throw new DomainError('invalid', 'invalid_request', 'The description is too long', {
    details: [{ path: '/description', message: `must have at most ${MAX_CODE_POINTS} characters` }],
  })
}
