import { blankMessageEvents, nextSeq, type UnitOfWork } from '@afrochat/database'
import type { MessageId } from '@afrochat/kernel'
import type { ChannelRow } from '@afrochat/workspace'
import { removeMentions } from '../mentions/revise-mentions.ts'
import * as saved from '../saved/saved.repository.ts'
import { announceThread } from './announce-thread.ts'
import type { MessageRow } from './message.view.ts'
import * as messages from './messages.repository.ts'

/** Messages of one channel, whose lock is held; none of them is deleted yet. */
interface Doomed {
  readonly channel: Pick<ChannelRow, 'id' | 'kind'>
  readonly messages: readonly MessageRow[]
}

export interface Deletion {
  readonly seq: number
  readonly deletedAt: string
}

/**
 * Deletes messages in one change of their channel: what is left is a tombstone each. Their words are gone from rows,
 * revisions and the log; they are pinned, saved, followed and mentioned no more. `announce` emits the event of the
 * deletion; what it does to roots that remain is said after it, a change of the channel for each.
 */
export async function entombMessages(uow: UnitOfWork, { channel, messages: doomed }: Doomed, announce: (deletion: Deletion) => void): Promise<void> {
  const { tx } = uow
  const ids = doomed.map(({ id }) => id)
  const seq = await nextSeq(tx, channel.id)
  const deletedAt = await messages.entomb(tx, ids, seq)
  await blankMessageEvents(tx, ids)
  await removeMentions(tx, ids)
  await saved.removeOfReaders(tx, ids, channel)
  announce({ seq, deletedAt: deletedAt.toISOString() })
  for (const rootId of rootsOf(doomed)) await recount(uow, channel, rootId)
}

const rootsOf = (doomed: readonly MessageRow[]): ReadonlySet<MessageId> => new Set(doomed.flatMap(({ thread_id }) => thread_id ?? []))

/** A root counts fewer replies, which is a change of the root with a place of its own in the channel. */
async function recount(uow: UnitOfWork, channel: Pick<ChannelRow, 'id'>, rootId: MessageId): Promise<void> {
  const seq = await nextSeq(uow.tx, channel.id)
  announceThread(uow, await messages.recountReplies(uow.tx, rootId, seq))
}
