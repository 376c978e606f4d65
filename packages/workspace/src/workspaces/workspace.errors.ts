import { DomainError } from '@afrochat/kernel'

/** The same for a workspace that does not exist and for one that the caller is no member of. */
export const workspaceNotFound = () => new DomainError('not_found', 'workspace_not_found', 'There is no such workspace')
export const slugTaken = () =>
  new DomainError('conflict', 'slug_taken', 'Another workspace has this address', { details: [{ path: '/slug', message: 'is taken' }] })
export const invalidWorkspaceName = () =>
  new DomainError('unprocessable', 'invalid_name', 'A workspace needs a name of up to 80 characters', {
    details: [{ path: '/name', message: 'must have something to see, on one line' }],
  })
