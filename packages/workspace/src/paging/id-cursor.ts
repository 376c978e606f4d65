import { decodeCursor, invalidCursor, isUuid, type Id } from '@afrochat/kernel'

/** Which page of a list: as many, after the one whose `next_cursor` this is. */
export interface PageOptions {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** The id after which the page of a list ordered by id begins; undefined: the first page. Throws `invalid_cursor`. */
export function decodeIdCursor<T extends Id<string>>(listing: string, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined
  const [id] = decodeCursor(listing, ['string'], cursor)
  if (!isIdOf<T>(id)) throw invalidCursor()
  return id
}

/** Whose id it is, the name of the list says. */
const isIdOf = <T extends Id<string>>(text: string): text is T => isUuid(text)
