import { memberStream, type BodyOf, type Draft, type keptRoutes, type ParamsOf } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import { newId, type Actor, type DraftId, type MessageId } from '@afrochat/kernel'
import { getWritableChannel } from '@afrochat/workspace'
import { checkContent } from '../messages/content.ts'
import { threadLocked, threadNotFound } from '../messages/message.errors.ts'
import * as messages from '../messages/messages.repository.ts'
import { draftHasConflict, tooManyDrafts } from './draft.errors.ts'
import { assertStartedFrom } from './draft.policy.ts'
import { toDraft } from './draft.view.ts'
import * as drafts from './drafts.repository.ts'
import type { DraftPlace, DraftRow } from './drafts.repository.ts'

export type SaveDraft = ParamsOf<typeof keptRoutes.saveDraft> & BodyOf<typeof keptRoutes.saveDraft>

/** All of somebody's drafts are part of what a client gets when it starts. Devices that write at the same moment may pass it by one. */
export const MAX_DRAFTS = 200

/**
 * Keeps a text that is not sent yet, for all devices of its author. Of two devices that started from one version the
 * first wins, and the other learns of it. Saving what is there changes nothing, so that a retry is no conflict.
 */
export async function saveDraft({ transact }: { transact: Transact }, actor: Actor, input: SaveDraft): Promise<Draft> {
  const content = checkContent(input.content)
  return transact(actor, async ({ tx, emit }) => {
    // What one may not say there is not drafted there either: it could only be lost.
    const { channel: { workspace_id: workspaceId } } = await getWritableChannel(tx, actor, input.channel_id)
    const place = { userId: actor.userId, channelId: input.channel_id, threadId: await rootOf(tx, input) }
    const present = await drafts.lock(tx, place)
    if (present?.content === content) return toDraft(present)
    assertStartedFrom(input.base_version, present)

    const row = present === undefined
      ? await create(tx, { ...place, workspaceId, content })
      : await drafts.replace(tx, present.id, content)
    const draft = toDraft(row)
    const payload = { channel_id: draft.channel_id, thread_id: draft.thread_id, draft }
    emit({ type: 'draft_updated', stream: memberStream(workspaceId, actor.userId), workspaceId, payload })
    return draft
  })
}

/** The thread, by the id of its root or of a reply: as sending to it would find it. */
async function rootOf(tx: Tx, { channel_id, thread_id }: SaveDraft): Promise<MessageId | null> {
  if (thread_id === undefined || thread_id === null) return null
  const root = await messages.findRoot(tx, channel_id, thread_id)
  if (root === undefined || root.deleted_at !== null) throw threadNotFound()
  if (root.locked_at !== null) throw threadLocked()
  return root.id
}

async function create(tx: Tx, draft: DraftPlace & Pick<Parameters<typeof drafts.insert>[1], 'workspaceId' | 'content'>): Promise<DraftRow> {
  if (await drafts.count(tx, draft) >= MAX_DRAFTS) throw tooManyDrafts(MAX_DRAFTS)
  const created = await drafts.insert(tx, { ...draft, id: newId<DraftId>() })
  if (created !== undefined) return created
  // The insert waited for the other device's, which a later statement sees.
  throw draftHasConflict((await drafts.find(tx, draft))?.version)
}
