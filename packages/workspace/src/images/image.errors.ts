import { DomainError } from '@afrochat/kernel'

export const imageNotFound = () => new DomainError('not_found', 'image_not_found', 'There is no such picture')
