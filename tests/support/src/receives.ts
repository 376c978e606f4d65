import { isClientEventName, type ClientEventName, type EventPayload, type WorkspaceRole } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'

/** What a gateway keeps of a connection. */
export interface Connection {
  readonly userId: string
  readonly channels: Set<string>
  readonly roles: Map<string, WorkspaceRole>
}

/** What decides about who gets an event. */
export type ReceivableEvent = Pick<PlacedEvent, 'type' | 'stream_key' | 'workspace_id' | 'audience' | 'payload'>

/**
 * The rules of the streams, word by word: a second account of them, to test the domains and the gateway by. An event that
 * changes what the connection's user is a member of changes the connection.
 */
export function receives(connection: Connection, event: ReceivableEvent): boolean {
  if (!isClientEventName(event.type)) return false
  const [kind, ...ids] = event.stream_key.split(':')
  if (kind === 'c') return receivesInChannel(connection, event, ids[0] ?? '')
  if (kind === 'w') return receivesInWorkspace(connection, event, ids[0] ?? '')
  return ids.at(-1) === connection.userId
}

/** The first that somebody gets of a channel is that they joined, the last that they left. */
function receivesInChannel({ userId, channels }: Connection, event: ReceivableEvent, channelId: string): boolean {
  if (event.type === 'member_joined' && payloadOf<'member_joined'>(event).user.id === userId) channels.add(channelId)
  const receiving = channels.has(channelId)
  if (event.type === 'member_left' && payloadOf<'member_left'>(event).user_id === userId) channels.delete(channelId)
  // For everybody in it, this is the last.
  if (event.type === 'channel_deleted') channels.delete(channelId)
  return receiving
}

function receivesInWorkspace(connection: Connection, event: ReceivableEvent, workspaceId: string): boolean {
  const { userId, channels, roles } = connection
  const own = ownChange(event, userId)
  if (own?.role !== undefined) roles.set(workspaceId, own.role)
  const role = roles.get(workspaceId)
  // What happens to oneself one is told, whatever one is by then.
  const receiving = role !== undefined && (own !== undefined || (admits(event, role) && !isToldInside(event, channels)))
  if (event.type === 'workspace_member_left' && own !== undefined) roles.delete(workspaceId)
  return receiving
}

/** What an event of the workspace says of this person's place in it. */
function ownChange(event: ReceivableEvent, userId: string): { readonly role?: WorkspaceRole } | undefined {
  switch (event.type) {
    case 'workspace_member_joined': {
      const { user, role } = payloadOf<'workspace_member_joined'>(event)
      return user.id === userId ? { role } : undefined
    }
    case 'workspace_member_updated': {
      const { user_id, role } = payloadOf<'workspace_member_updated'>(event)
      return user_id === userId ? { role } : undefined
    }
    case 'workspace_member_left':
      return payloadOf<'workspace_member_left'>(event).user_id === userId ? {} : undefined
    default:
      return undefined
  }
}

function admits({ audience }: ReceivableEvent, role: WorkspaceRole): boolean {
  if (audience === 'admins') return role === 'owner' || role === 'admin'
  return audience === 'all' || role !== 'guest'
}

/** News of a channel for those who are not in it: its members get them by the channel's own stream. */
const isToldInside = (event: ReceivableEvent, channels: ReadonlySet<string>): boolean =>
  event.type.startsWith('channel_') && channels.has(payloadOf<'channel_created'>(event).id)

/** As it was emitted: `emit` checks payloads when compiling. */
export const payloadOf = <N extends ClientEventName>(event: Pick<ReceivableEvent, 'payload'>): EventPayload<N> => JSON.parse(event.payload) as EventPayload<N>
