import { decodeCursor, invalidCursor, isUuid, type Id } from '@afrochat/kernel'

/** The id after which the page of a list ordered by id begins; undefined: the first page. Throws `invalid_cursor`. */
export function decodeIdPlace<T extends Id<string>>(listing: string, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined
  const [id] = decodeCursor(listing, ['string'], cursor)
  if (!isUuid(id)) throw invalidCursor()
  // The form was just checked; whose id it is, the name of the list says.
  return id as T
}
