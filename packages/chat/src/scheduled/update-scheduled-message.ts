import type { BodyOf, ParamsOf, plannedRoutes, ScheduledMessage } from '@afrochat/contracts'
import { lockHeads, type Transact, type Tx } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { checkContent } from '../messages/content.ts'
import { plannedTime } from '../planned/planned-time.ts'
import { getOwnScheduled } from './list-scheduled-messages.ts'
import { scheduledMessageNotFound } from './scheduled-message.errors.ts'
import { assertPending, assertRoomAt, MAX_DAYS_AHEAD, WINDOW_MS } from './scheduled-message.policy.ts'
import { announceScheduled, toScheduledMessage } from './scheduled-message.view.ts'
import * as scheduled from './scheduled-messages.repository.ts'
import type { ScheduledRow } from './scheduled-messages.repository.ts'

export type UpdateScheduledMessage = ParamsOf<typeof plannedRoutes.updateScheduledMessage> & BodyOf<typeof plannedRoutes.updateScheduledMessage>

/** Changes the words or the time, until it is being sent. What changes nothing leaves no event. */
export async function updateScheduledMessage({ transact }: { transact: Transact }, actor: Actor, input: UpdateScheduledMessage): Promise<ScheduledMessage> {
  const content = input.content === undefined ? undefined : checkContent(input.content)
  const sendAt = input.send_at === undefined ? undefined : plannedTime(input.send_at, { now: new Date(), maxDays: MAX_DAYS_AHEAD, path: '/send_at' })
  return transact(actor, async ({ tx, emit }) => {
    const row = await lock(tx, actor, input)
    assertPending(row)
    const change = { ...(content !== undefined && { content }), ...(sendAt !== undefined && { send_at: sendAt }) }
    if ((content ?? row.content) === row.content && (sendAt ?? row.send_at).getTime() === row.send_at.getTime()) return toScheduledMessage(row)
    if (sendAt !== undefined) {
      assertRoomAt(sendAt, await scheduled.listTimesNear(tx, { channelId: row.channel_id, sendAt, withinMs: WINDOW_MS, except: row.id }))
    }
    return announceScheduled({ emit }, await scheduled.update(tx, row.id, change))
  })
}

/** First the channel's head, under which the messages of a moment are counted, then the row. */
async function lock(tx: Tx, actor: Actor, input: UpdateScheduledMessage): Promise<ScheduledRow> {
  const { channel_id } = await getOwnScheduled(tx, actor, input)
  if (input.send_at !== undefined) await lockHeads(tx, [channel_id])
  const row = await scheduled.lockOwn(tx, { id: input.scheduled_message_id, userId: actor.userId, workspaceId: input.workspace_id })
  if (row === undefined) throw scheduledMessageNotFound()
  return row
}
