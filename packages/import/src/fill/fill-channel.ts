import { insertImportedMessages } from '@afrochat/chat'
import { lockHeads, type Transact } from '@afrochat/database'
import type { ChannelId, Origin, UserId, WorkspaceId } from '@afrochat/kernel'
import { finishImportedChannel } from '@afrochat/workspace'
import type { ReadMessage } from '../slack/read-message.ts'
import { dateOf } from '../slack/slack-time.ts'
import * as progress from './import-channels.repository.ts'
import { mapMessage, type MessageMapping } from './map-message.ts'

export interface FilledChannel {
  readonly transact: Transact
  readonly origin: Origin
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly mapping: MessageMapping
}

/**
 * Stores those of the messages that are not in yet, with how far it has come, in one transaction: whenever it is stopped,
 * the next run goes on right there. Returns how many were stored; another run may have been faster.
 */
export async function fillChunk({ transact, origin, workspaceId, channelId, mapping }: FilledChannel, chunk: readonly ReadMessage[]): Promise<number> {
  const mapped = chunk.map((message) => ({ us: message.us, message: mapMessage(mapping, message) }))
  return transact(origin, async (uow) => {
    const { tx } = uow
    await lockHeads(tx, [channelId])
    const state = await progress.find(tx, channelId)
    if (state === undefined || state.finished_at !== null) return 0
    const fresh = mapped.filter(({ us }) => us > state.last_us)
    const last = fresh.at(-1)
    if (last === undefined) return 0
    await insertImportedMessages(uow, { id: channelId, workspaceId }, fresh.map(({ message }) => message))
    await progress.advance(tx, channelId, { lastUs: last.us, count: fresh.length })
    return fresh.length
  })
}

export interface Finish {
  readonly isArchived: boolean
  readonly newestUs: number
  readonly joining: readonly UserId[]
}

/** Opens the channel, once. */
export async function finishChannel(
  { transact, origin, channelId }: Pick<FilledChannel, 'transact' | 'origin' | 'channelId'>,
  { isArchived, newestUs, joining }: Finish,
): Promise<void> {
  await transact(origin, async (uow) => {
    await lockHeads(uow.tx, [channelId])
    const state = await progress.find(uow.tx, channelId)
    if (state === undefined || state.finished_at !== null) return
    // Slack does not say when: nothing was written in it after its last message.
    await finishImportedChannel(uow, { channelId, archivedAt: isArchived ? dateOf(newestUs) : null, joining })
    await progress.finish(uow.tx, channelId)
  })
}
