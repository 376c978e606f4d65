import { workspaceStream } from '@afrochat/contracts'
import { createHead, lockHeads, type UnitOfWork } from '@afrochat/database'
import { newId, toSingleLine, type ChannelId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import * as members from '../channels/channel-members.repository.ts'
import { toSharedChannel } from '../channels/channel.view.ts'
import * as channels from '../channels/channels.repository.ts'
import { beginMemberships } from '../channels/memberships.ts'
import { candidatesFor } from './imported-channel-name.ts'
import * as imports from './imports.repository.ts'

export interface ImportedChannel {
  readonly workspaceId: WorkspaceId
  readonly kind: 'public' | 'private'
  /** As the other system had it; the first free name that is like it is taken. */
  readonly name: string
  readonly topic: string
  readonly description: string
  readonly createdBy: UserId
  readonly createdAt: Date
  /** Members since the channel's first event. */
  readonly memberIds: readonly UserId[]
}

const MAX_TEXT = 250

/**
 * A channel of an import's own, which nobody but the import can write in: it is archived until it is full, so that its
 * order is that of the messages' times. Nothing is announced before that. Its members are in it from seq 1 on, without
 * events of their own: the messages take those seqs.
 */
export async function openImportedChannel({ tx }: UnitOfWork, channel: ImportedChannel): Promise<{ id: ChannelId; name: string }> {
  const { workspaceId, createdBy, memberIds } = channel
  const id = newId<ChannelId>()
  const row = {
    id,
    workspace_id: workspaceId,
    kind: channel.kind,
    topic: shortText(channel.topic),
    description: shortText(channel.description),
    created_by: createdBy,
    created_at: channel.createdAt,
    archived_at: new Date(),
    member_count: memberIds.length,
  }
  for (const name of candidatesFor(channel.name)) {
    if (!(await imports.insertChannel(tx, { ...row, name }))) continue
    await createHead(tx, id)
    await imports.insertChannelMembers(tx, { channelId: id, workspaceId, managerId: createdBy, userIds: memberIds })
    return { id, name }
  }
  throw new Error('Unreachable: there is always another name')
}

export interface FinishedImport {
  readonly channelId: ChannelId
  /** When the channel was archived in the other system; null: it is open. */
  readonly archivedAt: Date | null
  /** People of the workspace who are to be in it besides. They join now, as anybody would. */
  readonly joining: readonly UserId[]
}

/** Opens a channel that is full. Everything in it has been read; from here on it is a channel like any other. */
export async function finishImportedChannel(uow: UnitOfWork, { channelId, archivedAt, joining }: FinishedImport): Promise<void> {
  const { tx, emit } = uow
  await lockHeads(tx, [channelId])
  await imports.endImport(tx, { id: channelId, archivedAt })
  await imports.markAllRead(tx, channelId)
  const channel = await channels.get(tx, channelId)
  if (joining.length > 0) {
    const people = await members.lockCandidates(tx, { channelId, workspaceId: channel.workspace_id, userIds: joining })
    await beginMemberships(uow, people.filter((one) => one.channel_role === null).map((user) => ({ channel, user, role: 'member' })), null)
  }
  if (channel.kind !== 'public' || archivedAt !== null) return
  // Not marked as imported: this one event is how open clients learn that there is a channel to look at.
  emit({
    type: 'channel_created', stream: workspaceStream(channel.workspace_id), workspaceId: channel.workspace_id,
    audience: 'members', payload: toSharedChannel(await channels.get(tx, channelId)),
  })
}

function shortText(text: string): string | null {
  return Array.from(toSingleLine(text)).slice(0, MAX_TEXT).join('').trim() || null
}
