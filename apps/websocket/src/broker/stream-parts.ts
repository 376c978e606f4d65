import type { StreamKey } from '@afrochat/contracts'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

/** Whose stream it is. */
export type StreamOwner =
  | { readonly kind: 'channel'; readonly channelId: ChannelId }
  | { readonly kind: 'workspace'; readonly workspaceId: WorkspaceId }
  /** `workspaceId`: what concerns the user in this workspace alone; null: in all. */
  | { readonly kind: 'user'; readonly userId: UserId; readonly workspaceId: WorkspaceId | null }

/** The counterpart of the functions that make stream keys. */
export function ownerOf(stream: StreamKey): StreamOwner {
  const id = stream.slice(stream.lastIndexOf(':') + 1)
  // Stream keys are made of ids by `@afrochat/contracts` alone; the prefix says of which kind.
  if (stream.startsWith('c:')) return { kind: 'channel', channelId: id as ChannelId }
  // As above.
  if (stream.startsWith('w:')) return { kind: 'workspace', workspaceId: id as WorkspaceId }
  // `u:<user>` and `u:<workspace>:<user>`: the last part is the user.
  const [, first] = stream.split(':')
  // As above.
  return { kind: 'user', userId: id as UserId, workspaceId: first === undefined || first === id ? null : (first as WorkspaceId) }
}
