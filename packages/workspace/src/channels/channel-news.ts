import { channelStream, workspaceStream } from '@afrochat/contracts'
import { nextSeq, type UnitOfWork } from '@afrochat/database'
import { toSharedChannel } from './channel.view.ts'
import * as channels from './channels.repository.ts'
import type { ChannelRow } from './channels.repository.ts'

/**
 * Tells what a channel is now: its members on its own stream, and where it is or was public the other full members of
 * the workspace on theirs. For those a channel that became private is gone, and one that became public is new.
 */
export async function announceChange(
  { tx, emit }: UnitOfWork,
  type: 'channel_updated' | 'channel_archived' | 'channel_unarchived',
  before: ChannelRow,
): Promise<void> {
  const { id, workspace_id: workspaceId } = before
  const seq = await nextSeq(tx, id)
  const channel = toSharedChannel(await channels.get(tx, id))
  emit({ type, stream: channelStream(id), workspaceId, seq, payload: channel })

  const elsewhere = { stream: workspaceStream(workspaceId), workspaceId, audience: 'members' } as const
  if (before.kind === 'public' && channel.kind === 'public') emit({ ...elsewhere, type, payload: channel })
  else if (before.kind === 'public') emit({ ...elsewhere, type: 'channel_deleted', payload: { id, workspace_id: workspaceId } })
  else if (channel.kind === 'public') emit({ ...elsewhere, type: 'channel_created', payload: channel })
}

/** For its members this is the last event of the channel, as their own `member_left` would be. */
export function announceEnd({ emit }: UnitOfWork, { id, workspace_id: workspaceId, kind }: ChannelRow, seq: number): void {
  const payload = { id, workspace_id: workspaceId }
  // First, while its members are in it yet: they learn of it by the channel's own stream alone.
  if (kind === 'public') emit({ type: 'channel_deleted', stream: workspaceStream(workspaceId), workspaceId, audience: 'members', payload })
  emit({ type: 'channel_deleted', stream: channelStream(id), workspaceId, seq, payload })
}
