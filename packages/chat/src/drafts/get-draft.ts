import type { Draft, keptRoutes, ParamsOf, QueryOf } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { getReadableChannel } from '@afrochat/workspace'
import { draftNotFound } from './draft.errors.ts'
import { toDraft } from './draft.view.ts'
import * as drafts from './drafts.repository.ts'

export type GetDraft = ParamsOf<typeof keptRoutes.getDraft> & QueryOf<typeof keptRoutes.getDraft>

/** One's own draft, also where one may not send it now. */
export async function getDraft({ db }: { db: Db }, actor: Actor, { channel_id: channelId, thread_id: threadId }: GetDraft): Promise<Draft> {
  const draft = await drafts.find(db, { userId: actor.userId, channelId, threadId: threadId ?? null })
  if (draft !== undefined) return toDraft(draft)
  await getReadableChannel(db, actor, channelId)
  throw draftNotFound()
}
