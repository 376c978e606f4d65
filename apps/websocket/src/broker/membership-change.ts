import type { EventName, EventPayload, WorkspaceRole } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { ChannelId, SessionId, UserId, WorkspaceId } from '@afrochat/kernel'

/** What an event changes about who receives what. Nothing else ever does. */
export type MembershipChange =
  | { readonly kind: 'channel_joined' | 'channel_left'; readonly userId: UserId; readonly channelId: ChannelId; readonly workspaceId: WorkspaceId }
  | { readonly kind: 'workspace_joined'; readonly userId: UserId; readonly workspaceId: WorkspaceId; readonly role: WorkspaceRole }
  | { readonly kind: 'workspace_left'; readonly userId: UserId; readonly workspaceId: WorkspaceId }
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
    case 'workspace_member_left': {
      const { workspace_id: workspaceId, user_id: userId } = payloadOf<'workspace_member_left'>(event)
      return { kind: 'workspace_left', userId, workspaceId }
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
