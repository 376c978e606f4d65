import { DomainError } from '@afrochat/kernel'

export const groupNotFound = () => new DomainError('not_found', 'group_not_found', 'There is no such group')
export const handleTaken = () =>
  new DomainError('conflict', 'handle_taken', 'A person or a group has this handle', { details: [{ path: '/handle', message: 'is taken' }] })
export const handleReserved = () => unprocessable('handle_reserved', 'This handle is reserved', '/handle')
export const invalidGroupName = () => unprocessable('invalid_name', 'A group needs a name of up to 80 characters with something to see', '/name')
export const userIsGuest = () => unprocessable('user_is_guest', 'Groups are of full members: guests are mentioned one by one', '/user_ids')
export const groupInItself = () => unprocessable('group_in_itself', 'A group cannot be in itself, also not by way of others', '/group_ids')
export const tooManyGroups = (limit: number) => new DomainError('unprocessable', 'too_many_groups', `A workspace has at most ${limit} groups`)

const unprocessable = (code: string, message: string, path: string) =>
  new DomainError('unprocessable', code, message, { details: [{ path, message: message.charAt(0).toLowerCase() + message.slice(1) }] })
