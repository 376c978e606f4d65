import type { Message } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { getReadableMessage } from './load-message.ts'
import { showMessage } from './show-messages.ts'

/** One message as the caller sees it; a deleted one as its tombstone. */
export async function getMessage({ db }: { db: Db }, actor: Actor, id: MessageId): Promise<Message> {
  const { message } = await getReadableMessage(db, actor, id)
  return showMessage(db, actor, message)
}
