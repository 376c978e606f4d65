import type { Message } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { recordAudit } from '@afrochat/workspace'
import { announceThread } from './announce-thread.ts'
import { lockMessage } from './load-message.ts'
import { assertMayLock } from './message.policy.ts'
import * as messages from './messages.repository.ts'
import { showMessage } from './show-messages.ts'

interface Locking {
  /** Of the root, or of any reply: a thread is one thing. */
  readonly messageId: MessageId
  readonly locked: boolean
}

/** Locks a thread: nobody replies, reacts or edits in it any more. Or unlocks it. Gives its root; doing it twice changes nothing. */
export async function setThreadLock({ transact }: { transact: Transact }, actor: Actor, { messageId, locked }: Locking): Promise<Message> {
  return transact(actor, async (uow) => {
    const { tx } = uow
    const named = await lockMessage(tx, actor, messageId)
    const { message: root, access } = named.message.thread_id === null ? named : await lockMessage(tx, actor, named.message.thread_id)
    assertMayLock({ message: root, access })
    if ((root.locked_at !== null) === locked) return showMessage(tx, actor, root)

    const seq = await nextSeq(tx, root.channel_id)
    const changed = await messages.setLock(tx, root.id, { locked, seq, userId: actor.userId })
    announceThread(uow, changed)
    const { workspace_id: workspaceId, channel_id } = root
    await recordAudit(tx, actor, { workspaceId, action: locked ? 'thread_locked' : 'thread_unlocked', targetId: root.id, details: { channel_id } })
    return showMessage(tx, actor, changed)
  })
}
