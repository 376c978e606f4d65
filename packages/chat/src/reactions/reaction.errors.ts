import { DomainError } from '@afrochat/kernel'

export const invalidEmojiName = () =>
  new DomainError('invalid', 'invalid_name', 'This is neither an emoji nor the name of one that this workspace has', {
    details: [{ path: '/emoji', message: 'must be one Unicode emoji, or the name of one without colons' }],
  })

export const tooManyReactions = (message: string) => new DomainError('unprocessable', 'too_many_reactions', message)
