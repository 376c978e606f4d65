import type { Actor } from '@afrochat/kernel'
import { assertMay, assertOpen, type ChannelAccess } from '@afrochat/workspace'
import type { MessageAccess } from './load-message.ts'
import { messageNotFound, notAuthor } from './message.errors.ts'

/** Somebody who reads a message that is not deleted may see that it is there, but only its author changes its words. */
export function assertMayEdit(actor: Actor, { message, access }: MessageAccess): void {
  if (message.deleted_at !== null) throw messageNotFound()
  if (message.user_id !== actor.userId || message.kind === 'system') throw notAuthor()
  assertMayWrite(access)
}

/** Its author, while they may write in the channel; of others those whom the table of permissions lets. */
export function assertMayDelete(actor: Actor, { message, access }: MessageAccess): void {
  assertMay(message.user_id === actor.userId ? 'channel.post' : 'message.delete', access)
  assertOpen(access.channel)
}

export function assertMayReact({ message, access }: MessageAccess): void {
  if (message.deleted_at !== null) throw messageNotFound()
  assertMayWrite(access)
}

/** As strictly as a post, now: somebody who has left the channel changes nothing in it, nor anybody in an archived one. */
function assertMayWrite(access: ChannelAccess): void {
  assertMay('channel.post', access)
  assertOpen(access.channel)
}
