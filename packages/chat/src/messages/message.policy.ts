import type { Actor } from '@afrochat/kernel'
import { assertMay, assertOpen, may, postingIn, type ChannelAccess } from '@afrochat/workspace'
import type { MessageAccess } from './load-message.ts'
import { editWindowClosed, messageNotFound, notAuthor, threadLocked } from './message.errors.ts'
import type { MessageRow } from './message.view.ts'

const MINUTE_MS = 60_000

/** What the system said about somebody is not theirs. */
const isOwn = ({ userId }: Actor, message: Pick<MessageRow, 'user_id' | 'kind'>) => message.user_id === userId && message.kind !== 'system'

/**
 * Somebody who reads a message that is not deleted may see that it is there, but only its author changes its words: as
 * strictly as they would say them now, and for as long as the workspace lets them.
 */
export function assertMayEdit(actor: Actor, { message, access }: MessageAccess, now: Date): void {
  if (message.deleted_at !== null) throw messageNotFound()
  if (!isOwn(actor, message)) throw notAuthor()
  assertMay('message.edit', access)
  assertMay(postingIn(access.channel), access)
  assertOpen(access.channel)
  if (message.thread_locked) throw threadLocked()
  const { edit_window_minutes: minutes } = access.settings
  if (minutes !== null && now.getTime() - message.created_at.getTime() > minutes * MINUTE_MS) throw editWindowClosed(minutes)
}

/** Earlier texts of a message: to its author, and to those whom the table of permissions lets. */
export function assertMayReadEdits(actor: Actor, { message, access }: MessageAccess): void {
  if (!isOwn(actor, message)) assertMay('message.edits.read', access)
}

/** One's own while one is in the channel, or anybody's: as the table of permissions lets. */
export function assertMayDelete(actor: Actor, { message, access }: { readonly message: MessageRow; readonly access: ChannelAccess }): void {
  assertMay(isOwn(actor, message) ? 'message.delete.own' : 'message.delete', access)
  assertOpen(access.channel)
}

export function assertMayReact({ message, access }: MessageAccess): void {
  if (message.deleted_at !== null) throw messageNotFound()
  assertMay('message.react', access)
  assertOpen(access.channel)
  if (message.thread_locked) throw threadLocked()
}

/** A pin is said in the channel, so whoever may not post there pins nothing; in a locked thread those who could unlock it do. */
export function assertMayPin({ message, access }: MessageAccess): void {
  if (message.deleted_at !== null) throw messageNotFound()
  assertMay('message.pin', access)
  assertMay(postingIn(access.channel), access)
  assertOpen(access.channel)
  if (message.thread_locked && !may('thread.lock', access)) throw threadLocked()
}

/** A thread belongs to its root. */
export function assertMayLock({ message, access }: MessageAccess): void {
  if (message.deleted_at !== null) throw messageNotFound()
  assertMay('thread.lock', access)
  assertOpen(access.channel)
}
