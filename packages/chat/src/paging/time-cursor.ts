import { decodeCursor, encodeCursor, invalidCursor, isUuid, type MessageId } from '@afrochat/kernel'

/** A place in a list of messages by time, the newest first; those of one millisecond by id. */
export interface TimePlace {
  readonly at: Date
  readonly id: MessageId
}

/** The end of the year 9999: what comes later is no time of ours. */
const LATEST_MS = 253_402_300_799_999

export const encodeTimePlace = (listing: string, { at, id }: TimePlace): string => encodeCursor(listing, at.getTime(), id)

/** Throws `invalid_cursor`. */
export function decodeTimePlace(listing: string, cursor: string): TimePlace {
  const [ms, id] = decodeCursor(listing, ['number', 'string'], cursor)
  if (ms < 0 || ms > LATEST_MS || !isUuid(id)) throw invalidCursor()
  // The form was just checked.
  return { at: new Date(ms), id: id as MessageId }
}
