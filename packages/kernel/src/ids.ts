import { randomFillSync } from 'node:crypto'

declare const brand: unique symbol
/** A string that only the place where it enters may call an id of this kind: swapping two ids does not compile. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind }

export type UserId = Id<'user'>
export type SessionId = Id<'session'>
export type WorkspaceId = Id<'workspace'>
export type InviteId = Id<'invite'>
export type ChannelId = Id<'channel'>
export type MessageId = Id<'message'>
export type GroupId = Id<'group'>
export type DraftId = Id<'draft'>
export type ScheduledMessageId = Id<'scheduled-message'>
export type ReminderId = Id<'reminder'>

const random = new Uint8Array(4096)
let used = random.length

/**
 * A new UUID version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits.
 * Made before the commit, so it gives no order; order by `seq`.
 */
export function newId<T extends Id<string>>(nowMs: number = Date.now()): T {
  // One call for 256 ids: asking the system for ten bytes at a time costs more than the rest of the function.
  if (used + 10 > random.length) {
    randomFillSync(random)
    used = 0
  }
  const hex = Buffer.from(random.buffer, used, 10).toString('hex')
  used += 10
  const time = nowMs.toString(16).padStart(12, '0')
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(3), 16) & 3)
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8)}`
  // The one place where a plain string becomes an id without being checked: it was just made.
  return id as T
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether the text is a UUID in the lower-case form that the product uses. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
