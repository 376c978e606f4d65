import { DomainError } from '@afrochat/kernel'

/** Why an archive is refused as a whole, in one sentence that names the entry. Nothing of it is imported. */
export const archiveRefused = (reason: string, cause?: unknown) =>
  new DomainError('unprocessable', 'archive_refused', `The archive is refused: ${reason}. Nothing of it was imported`, { cause })

export const archiveTooLarge = (reason: string) =>
  new DomainError('too_large', 'archive_too_large', `The archive is refused: ${reason}. Nothing of it was imported`)

/** A name out of a stranger's file, for a message: quoted, without anything that a terminal would obey, and short. */
export function quoted(name: string): string {
  const shown = name.length > 120 ? `${name.slice(0, 120).toWellFormed()}…` : name
  return JSON.stringify(shown).replace(/[^\x20-\x7e…]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
