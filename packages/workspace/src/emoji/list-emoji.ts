import type { CustomEmoji } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { decodeCursor, DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type Page, type WorkspaceId } from '@afrochat/kernel'
import type { PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceFor } from '../workspaces/load-workspace.ts'
import { toCustomEmoji } from './custom-emoji.view.ts'
import { MAX_EMOJI } from './set-emoji.ts'
import * as customEmoji from './custom-emoji.repository.ts'

export type ListEmoji = PageOptions & { readonly workspace_id: WorkspaceId }

export interface EmojiDeps {
  readonly db: Db
  readonly publicUrl: string
}

/** The emoji of a workspace's own, by name. For guests too: messages hold them. */
export async function listEmoji({ db, publicUrl }: EmojiDeps, actor: Actor, input: ListEmoji): Promise<Page<CustomEmoji>> {
  const { workspace_id: workspaceId, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getWorkspaceFor(db, actor, { id: workspaceId, action: 'emoji.list' })
  const [after] = cursor === undefined ? [] : decodeCursor('emoji', ['string'], cursor)
  const rows = await customEmoji.list(db, { workspaceId, after, limit: limit + 1 })
  return toPage(rows.map(toCustomEmoji(publicUrl)), limit, ({ name }) => encodeCursor('emoji', name))
}

/** All of them: for a first screen. */
export async function readAllEmoji({ db, publicUrl }: EmojiDeps, workspaceId: WorkspaceId): Promise<CustomEmoji[]> {
  return (await customEmoji.list(db, { workspaceId, after: undefined, limit: MAX_EMOJI })).map(toCustomEmoji(publicUrl))
}
