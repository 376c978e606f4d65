import { DomainError } from '@afrochat/kernel'

export const tooManyPins = (max: number) =>
  new DomainError('unprocessable', 'too_many_pins', `A channel has at most ${max} pinned messages: unpin one before you pin another`)
