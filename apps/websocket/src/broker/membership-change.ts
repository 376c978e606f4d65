import type { EventName, EventPayload, WorkspaceRole } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { ChannelId, SessionId, UserId, WorkspaceId } from '@afrochat/kernel'
import { ownerOf } from './stream-parts.ts'

/** What an event changes about who receives what. Nothing else ever does. */
export type MembershipChange =
  | { readonly kind: 'channel_joined' | 'channel_left'; readonly userId: UserId; readonly channelId: ChannelId; readonly workspaceId: WorkspaceId }
  | { readonly kind: 'workspace_joined' | 'role_changed'; readonly userId: UserId; readonly workspaceId: WorkspaceId; readonly role: WorkspaceRole }
  /** Who leaves has left every channel of it by events before; a deleted workspace takes its channels along. */
  | { readonly kind: 'workspace_left' | 'workspace_deleted'; readonly userId: UserId; readonly workspaceId: WorkspaceId }
  | { readonly kind: 'signed_out'; readonly userId: UserId; readonly sessionIds: readonly SessionId[] }

/** Reads only what is needed, so that a newer version may add fields. Throws for a payload that it cannot read. */
export function readChange(event: PlacedEvent): MembershipChange | undefined {
  switch (event.type) {
    case 'member_joined': {
      const { channel, user } = payloadOf<'member_joined'>(event)
      return { kind: 'channel_joined', userId: user.id, channelId: channel.id, workspaceId: channel.workspace_id }
    }
    case 'member_left': {
      const { channel_id: channelId, user_id: userId } = payloadOf<'member_left'>(event)
      return { kind: 'channel_left', userId, channelId, workspaceId: workspaceOf(event) }
    }
    case 'workspace_member_joined': {
      const { workspace_id: workspaceId, user, role } = payloadOf<'workspace_member_joined'>(event)
      return { kind: 'workspace_joined', userId: user.id, workspaceId, role }
    }
    case 'workspace_member_updated': {
      const { workspace_id: workspaceId, user_id: userId, role } = payloadOf<'workspace_member_updated'>(event)
      return { kind: 'role_changed', userId, workspaceId, role }
    }
    case 'workspace_member_left': {
      const { workspace_id: workspaceId, user_id: userId } = payloadOf<'workspace_member_left'>(event)
      return { kind: 'workspace_left', userId, workspaceId }
    }
    case 'workspace_deleted': {
      const owner = ownerOf(event.stream_key)
      if (owner.kind !== 'user') throw new Error(`The event ${event.shard}:${event.pos} tells nobody in particular of the end of a workspace`)
      return { kind: 'workspace_deleted', userId: owner.userId, workspaceId: payloadOf<'workspace_deleted'>(event).workspace_id }
    }
    case 'sessions_revoked': {
      const { user_id: userId, session_ids: sessionIds } = payloadOf<'sessions_revoked'>(event)
      return { kind: 'signed_out', userId, sessionIds: [...sessionIds] }
    }
    default:
      return undefined
  }
}

/** The payload, which this system wrote by the schema of the event's name. */
export function payloadOf<N extends EventName>(event: PlacedEvent): EventPayload<N> {
  // Schema and writer are the same code base; a payload altered by hand makes its reader throw, which the feed handles.
  return JSON.parse(event.payload) as EventPayload<N>
}

function workspaceOf(event: PlacedEvent): WorkspaceId {
  if (event.workspace_id === null) throw new Error(`The event ${event.shard}:${event.pos} of a channel names no workspace`)
  return event.workspace_id
}
