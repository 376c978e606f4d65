/**
 * The payload of a `message_sent` or `message_updated` event without the words of the message: what a later edit or
 * deletion leaves of it, in the database and in every tail, so that its `seq` stays and its text does not.
 */
export function blankMessagePayload(payload: string): string {
  // We wrote it: a message's view.
  const message = JSON.parse(payload) as object
  return JSON.stringify({ ...message, content: '', mentions: { user_ids: [], group_ids: [], channel: null }, files: [], previews: [], quoted_message_ids: [], system: null })
}
