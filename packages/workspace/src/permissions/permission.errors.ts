import { DomainError } from '@afrochat/kernel'

export const guestNotAllowed = () => new DomainError('forbidden', 'guest_not_allowed', 'Guests may not do this')
export const notAllowed = () => new DomainError('forbidden', 'not_allowed', 'You may not do this')
export const roleNotAllowed = () => new DomainError('forbidden', 'role_not_allowed', 'Your role in this workspace does not allow this')
