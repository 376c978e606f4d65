import { channelStream, type SystemNote } from '@afrochat/contracts'
import { nextSeqs, type Tx, type UnitOfWork } from '@afrochat/database'
import { newId, type ChannelId, type MessageId } from '@afrochat/kernel'
import type { ChannelNote } from '@afrochat/workspace'
import { toSharedMessage } from '../messages/message.view.ts'
import * as systemMessages from './system-messages.repository.ts'
import type { SystemMessage } from './system-messages.repository.ts'
import { systemText } from './system-text.ts'

/**
 * Says in channels, whose heads are locked, what happened in them: a message each, in the order given, as of who did it.
 * They are unread for nobody, but who was added by another is mentioned. They do not move the channel's
 * `last_message_at`: what people say orders their lists, not that somebody came or went.
 */
export async function postSystemMessages({ tx, emit }: UnitOfWork, notes: readonly ChannelNote[]): Promise<void> {
  if (notes.length === 0) return
  const messages = await place(tx, notes)
  const createdAt = await systemMessages.insert(tx, messages)
  await systemMessages.insertMentions(tx, messages)
  for (const message of messages) {
    emit({
      type: 'message_sent', stream: channelStream(message.channel_id), workspaceId: message.workspace_id, seq: message.seq,
      payload: toSharedMessage({ ...plain, ...message, mention_user_ids: [...message.mention_user_ids], change_seq: message.seq, created_at: createdAt }),
      messageId: message.id,
    })
  }
}

/** Gives each its seq: of several in one channel the first takes the next. */
async function place(tx: Tx, notes: readonly ChannelNote[]): Promise<SystemMessage[]> {
  const counts = new Map<ChannelId, number>()
  for (const { channel } of notes) counts.set(channel.id, (counts.get(channel.id) ?? 0) + 1)
  const next = await nextSeqs(tx, counts)
  return notes.map((note) => {
    const seq = next.get(note.channel.id)
    if (seq === undefined) throw new Error(`The channel ${note.channel.id} has no stream head`)
    next.set(note.channel.id, seq + 1)
    return toMessage(note, seq)
  })
}

function toMessage({ channel, actorId, note }: ChannelNote, seq: number): SystemMessage {
  const system: SystemNote = { user_ids: [], from: null, to: null, message_id: null, ...note }
  return {
    id: newId<MessageId>(), workspace_id: channel.workspace_id, channel_id: channel.id, user_id: actorId, seq,
    content: systemText(actorId, system), system, mention_user_ids: system.type === 'members_added' ? system.user_ids : [],
  }
}

/** What no system message has. */
const plain = {
  kind: 'system', thread_id: null, client_msg_id: null, also_in_channel: false, mention_channel: null, mention_group_ids: [], quoted_message_ids: [],
  previews: [], reply_count: 0, reply_user_ids: [], last_reply_at: null, locked_at: null, pinned_at: null, pinned_by: null, edited_at: null, deleted_at: null,
} satisfies Partial<Parameters<typeof toSharedMessage>[0]>
