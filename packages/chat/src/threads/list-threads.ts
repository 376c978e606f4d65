import type { FollowedThread, ParamsOf, QueryOf, unreadRoutes } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, decodeCursor, encodeCursor, invalidCursor, isUuid, toPage, type Actor, type MessageId, type Page, type WorkspaceId } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { showMessages } from '../messages/show-messages.ts'
import * as subscriptions from './subscriptions.repository.ts'

export type ListThreads = ParamsOf<typeof unreadRoutes.listThreads> & QueryOf<typeof unreadRoutes.listThreads>

/** The threads that the caller follows, of the channels that they are in now; the newest reply first. */
export async function listThreads({ db }: { db: Db }, actor: Actor, input: ListThreads): Promise<Page<FollowedThread>> {
  const { workspace_id: workspaceId, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getWorkspaceFor(db, actor, { id: workspaceId, action: 'workspace.read' })
  const after = cursor === undefined ? undefined : startOf(workspaceId, cursor)
  const roots = await subscriptions.listFollowed(db, { userId: actor.userId, workspaceId, after, limit: limit + 1 })
  const page = toPage(roots, limit, ({ id, last_reply_at }) => encodeCursor(listingOf(workspaceId), last_reply_at.getTime(), id))

  const rows = await subscriptions.listRoots(db, actor.userId, page.items.map(({ id }) => id))
  const shown = new Map((await showMessages(db, actor, rows)).map((root) => [root.id, root]))
  return { ...page, items: page.items.flatMap(({ id }) => toFollowedThread(shown.get(id))) }
}

/** One that lost its replies or its follower since the page was chosen is passed over. */
function toFollowedThread(root: FollowedThread['root'] | undefined): FollowedThread[] {
  if (root?.thread?.following !== true) return []
  const { last_read_seq, unread_count, mention_count } = root.thread
  return [{ root, last_read_seq, unread_count, mention_count }]
}

function startOf(workspaceId: WorkspaceId, cursor: string): { lastReplyAt: Date; rootId: MessageId } {
  const [time, id] = decodeCursor(listingOf(workspaceId), ['number', 'string'], cursor)
  const lastReplyAt = new Date(time)
  if (!isUuid(id) || Number.isNaN(lastReplyAt.getTime())) throw invalidCursor()
  // The form was just checked.
  return { lastReplyAt, rootId: id as MessageId }
}

const listingOf = (workspaceId: WorkspaceId) => `threads:${workspaceId}`
