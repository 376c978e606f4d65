import { DomainError } from '@afrochat/kernel'

export const emojiNotFound = () => new DomainError('not_found', 'emoji_not_found', 'There is no such emoji')
export const emojiNameTaken = () => new DomainError('conflict', 'name_taken', 'Somebody else has added an emoji of this name')
export const emojiNameReserved = () => new DomainError('unprocessable', 'name_reserved', 'This is the name of a standard emoji, or means something to programs: choose another')
export const tooManyEmoji = (limit: number) =>
  new DomainError('unprocessable', 'too_many_emoji', `A workspace has at most ${limit.toLocaleString('en')} emoji of its own`)
