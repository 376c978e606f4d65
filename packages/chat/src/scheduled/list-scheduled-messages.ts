import type { ParamsOf, plannedRoutes, QueryOf, ScheduledMessage } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type Page, type ScheduledMessageId } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { decodeIdPlace } from '../paging/id-cursor.ts'
import { scheduledMessageNotFound } from './scheduled-message.errors.ts'
import { toScheduledMessage } from './scheduled-message.view.ts'
import * as scheduled from './scheduled-messages.repository.ts'
import type { ScheduledRow } from './scheduled-messages.repository.ts'

export type ListScheduledMessages = ParamsOf<typeof plannedRoutes.listScheduledMessages> & QueryOf<typeof plannedRoutes.listScheduledMessages>
export type GetScheduledMessage = ParamsOf<typeof plannedRoutes.getScheduledMessage>

const LISTING = 'scheduled-messages'

/** One's own, the latest made first. */
export async function listScheduledMessages({ db }: { db: Db }, actor: Actor, input: ListScheduledMessages): Promise<Page<ScheduledMessage>> {
  const { workspace_id: workspaceId, status, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getWorkspaceFor(db, actor, { id: workspaceId, action: 'workspace.read' })
  const before = decodeIdPlace<ScheduledMessageId>(LISTING, cursor)
  const rows = await scheduled.list(db, { userId: actor.userId, workspaceId, status, before, limit: limit + 1 })
  return toPage(rows.map(toScheduledMessage), limit, ({ id }) => encodeCursor(LISTING, id))
}

export async function getScheduledMessage({ db }: { db: Db }, actor: Actor, input: GetScheduledMessage): Promise<ScheduledMessage> {
  return toScheduledMessage(await getOwnScheduled(db, actor, input))
}

/** One's own, in a workspace that one is a member of. */
export async function getOwnScheduled(db: Db, actor: Actor, input: GetScheduledMessage): Promise<ScheduledRow> {
  await getWorkspaceFor(db, actor, { id: input.workspace_id, action: 'workspace.read' })
  const row = await scheduled.findOwn(db, { id: input.scheduled_message_id, userId: actor.userId, workspaceId: input.workspace_id })
  if (row === undefined) throw scheduledMessageNotFound()
  return row
}
