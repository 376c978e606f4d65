import type { Db, Transact } from '@afrochat/database'
import { DomainError, type MessageId, type ScheduledMessageId } from '@afrochat/kernel'
import type { Chat } from '../chat.ts'
import { ofItself, onBehalfOf } from '../planned/on-behalf-of.ts'
import { announceScheduled } from './scheduled-message.view.ts'
import * as scheduled from './scheduled-messages.repository.ts'
import type { DueScheduled } from './scheduled-messages.repository.ts'

export interface SendScheduledDeps {
  readonly db: Db
  readonly transact: Transact
  readonly chat: Pick<Chat, 'sendMessage'>
}

export interface SendScheduled {
  readonly id: ScheduledMessageId
  readonly requestId: string
}

type Outcome = { readonly messageId: MessageId } | { readonly failureCode: string }

/**
 * Sends it as its author, if it is due and they may: what they may is judged now, by the post itself. Once in effect,
 * however often it is called: it is claimed first, so that from then on its author cannot change it; the message has a
 * `client_msg_id` of its own; and what was sent before a crash is found, and noted.
 */
export async function sendScheduledMessage(deps: SendScheduledDeps, { id, requestId }: SendScheduled): Promise<void> {
  const row = await claim(deps, { id, requestId })
  if (row === undefined) return
  const outcome = await send(deps, row, requestId)
  await settle(deps, { id, requestId }, outcome)
}

function claim({ transact }: SendScheduledDeps, { id, requestId }: SendScheduled): Promise<DueScheduled | undefined> {
  return transact(ofItself(requestId), async ({ tx }) => {
    const row = await scheduled.lockForSending(tx, id)
    // Sent, cancelled, or put off in the meantime: then another job comes for it.
    if (row?.status !== 'pending' || row.is_early) return undefined
    await scheduled.claim(tx, id)
    return row
  })
}

async function send({ db, chat }: SendScheduledDeps, row: DueScheduled, requestId: string): Promise<Outcome> {
  const clientMsgId = `scheduled-${row.id}`
  const sent = await scheduled.findSent(db, { userId: row.user_id, clientMsgId })
  if (sent !== undefined) return { messageId: sent }
  if (row.author === 'deactivated') return { failureCode: 'user_deactivated' }
  if (row.is_late) return { failureCode: 'too_late' }
  try {
    const { message } = await chat.sendMessage(onBehalfOf(row.user_id, requestId), {
      channel_id: row.channel_id, content: row.content, thread_id: row.thread_id, also_in_channel: row.also_in_channel, client_msg_id: clientMsgId,
    })
    return { messageId: message.id }
  } catch (error) {
    if (error instanceof DomainError && isRefusal(error)) return { failureCode: error.code }
    throw error
  }
}

/** Something that another try would be told too. */
const isRefusal = ({ kind }: DomainError) => kind !== 'unavailable' && kind !== 'rate_limited'

async function settle({ transact }: SendScheduledDeps, { id, requestId }: SendScheduled, outcome: Outcome): Promise<void> {
  await transact(ofItself(requestId), async ({ tx, emit }) => {
    const row = await scheduled.lockForSending(tx, id)
    // Another worker, which took this one for dead, has done it.
    if (row?.status !== 'pending') return
    const change = 'messageId' in outcome
      ? { status: 'sent', message_id: outcome.messageId, content: '' } as const
      : { status: 'failed', failure_code: outcome.failureCode } as const
    announceScheduled({ emit }, await scheduled.update(tx, id, change))
  })
}
