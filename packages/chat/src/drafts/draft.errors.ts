import { DomainError } from '@afrochat/kernel'

export const draftNotFound = () => new DomainError('not_found', 'draft_not_found', 'There is no draft here')

/** `version`: of the draft that is there; undefined: there is none. */
export const draftHasConflict = (version: number | undefined) =>
  new DomainError('conflict', 'draft_has_conflict', version === undefined
    ? 'The draft that you started from was sent or thrown away: save with base_version null to keep yours'
    : `Another device has saved version ${version} of this draft: show it, or save over it with base_version ${version}`)

export const tooManyDrafts = (max: number) =>
  new DomainError('unprocessable', 'too_many_drafts', `A person has at most ${max} drafts in a workspace: send or delete one first`)
