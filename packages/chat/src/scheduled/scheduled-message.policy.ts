import { assertMay, assertOpen, postingIn, type ChannelAccess } from '@afrochat/workspace'
import { scheduledMessageNotPending, tooManyScheduledMessages } from './scheduled-message.errors.ts'
import type { ScheduledRow } from './scheduled-messages.repository.ts'

/** As long as somebody can plan in good faith. */
export const MAX_DAYS_AHEAD = 120
/** So many in a channel within so many minutes: more at once is a flood, whoever planned it. */
const MAX_IN_WINDOW = 30
const WINDOW_MINUTES = 5
export const WINDOW_MS = WINDOW_MINUTES * 60_000

/** As strictly as sending it now: what may not be said now is not kept to be said later. It is judged again then. */
export function assertMaySchedule(access: ChannelAccess): void {
  assertMay('message.schedule', access)
  assertMay(postingIn(access.channel), access)
  assertOpen(access.channel)
}

/** Until a worker has begun to send it. */
export function assertPending(row: Pick<ScheduledRow, 'status' | 'claimed_at'>): void {
  if (row.status !== 'pending' || row.claimed_at !== null) throw scheduledMessageNotPending()
}

/** `others`: of the channel, those within the window before and after. However the window is laid, it holds no more than it may. */
export function assertRoomAt(sendAt: Date, others: readonly Date[]): void {
  const times = [...others, sendAt].map((time) => time.getTime()).toSorted((a, b) => a - b)
  const isCrowded = times.some((time, index) => (times[index + MAX_IN_WINDOW] ?? Infinity) - time < WINDOW_MS)
  if (isCrowded) throw tooManyScheduledMessages(MAX_IN_WINDOW, WINDOW_MINUTES)
}
