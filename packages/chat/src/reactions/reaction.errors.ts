import { DomainError } from '@afrochat/kernel'

export const invalidEmojiName = () =>
  new DomainError('invalid', 'invalid_name', 'This is neither an emoji nor the name of one', {
    details: [{ path: '/emoji', message: 'must be one Unicode emoji, or a name of letters a-z, digits, _, + and - without colons' }],
  })

export const tooManyReactions = (message: string) => new DomainError('unprocessable', 'too_many_reactions', message)
