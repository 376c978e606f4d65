import type { BodyOf, ParamsOf, plannedRoutes, ScheduledMessage } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import { newId, type Actor, type MessageId, type ScheduledMessageId } from '@afrochat/kernel'
import { assertContinued, channelNotFound, getWorkspaceFor, lockChannelFor } from '@afrochat/workspace'
import { checkContent } from '../messages/content.ts'
import { threadLocked, threadNotFound } from '../messages/message.errors.ts'
import * as messages from '../messages/messages.repository.ts'
import { plannedTime } from '../planned/planned-time.ts'
import { assertMaySchedule, assertRoomAt, MAX_DAYS_AHEAD, WINDOW_MS } from './scheduled-message.policy.ts'
import { announceScheduled } from './scheduled-message.view.ts'
import * as scheduled from './scheduled-messages.repository.ts'

export type ScheduleMessage = ParamsOf<typeof plannedRoutes.createScheduledMessage> & BodyOf<typeof plannedRoutes.createScheduledMessage>

/** Keeps a message to be sent at a time. Under the channel's lock, so that those planned for one moment are counted one by one. */
export async function scheduleMessage({ transact }: { transact: Transact }, actor: Actor, input: ScheduleMessage): Promise<ScheduledMessage> {
  const content = checkContent(input.content)
  const sendAt = plannedTime(input.send_at, { now: new Date(), maxDays: MAX_DAYS_AHEAD, path: '/send_at' })
  return transact(actor, async ({ tx, emit }) => {
    await getWorkspaceFor(tx, actor, { id: input.workspace_id, action: 'workspace.read' })
    const access = await lockChannelFor(tx, actor, { id: input.channel_id, action: 'channel.read' })
    if (access.channel.workspace_id !== input.workspace_id) throw channelNotFound()
    assertMaySchedule(access)
    await assertContinued(tx, access.channel)
    const threadId = await openRootOf(tx, input)
    assertRoomAt(sendAt, await scheduled.listTimesNear(tx, { channelId: access.channel.id, sendAt, withinMs: WINDOW_MS, except: null }))

    const row = await scheduled.insert(tx, {
      id: newId<ScheduledMessageId>(), workspaceId: input.workspace_id, channelId: input.channel_id, userId: actor.userId, content, threadId,
      alsoInChannel: input.also_in_channel ?? false, sendAt,
    })
    return announceScheduled({ emit }, row)
  })
}

/** The thread to reply in, by the id of its root or of a reply. */
async function openRootOf(tx: Tx, { channel_id, thread_id = null }: ScheduleMessage): Promise<MessageId | null> {
  if (thread_id === null) return null
  const root = await messages.findRoot(tx, channel_id, thread_id)
  if (root === undefined || root.deleted_at !== null) throw threadNotFound()
  if (root.locked_at !== null) throw threadLocked()
  return root.id
}
