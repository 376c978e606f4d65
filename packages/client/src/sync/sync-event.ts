import { isClientEventName, type Boot, type Channel, type ClientEventName, type EventPayload, type Message, type ServerFrame } from '@afrochat/contracts'

export type UserId = Message['user_id']
export type ChannelId = Message['channel_id']
export type MessageId = Message['id']
export type WorkspaceId = Message['workspace_id']

/** A durable event of the catalogue. */
interface EventOf<N extends ClientEventName> {
  readonly type: N
  readonly data: EventPayload<N>
  readonly workspace_id: WorkspaceId | null
  readonly channel_id: ChannelId | null
  /** Its place in its channel; null for what happened outside of channels. */
  readonly seq: number | null
  /**
   * `live`: as it was sent. `mended`: made by the SDK from what the API answered after something had been missed. Such
   * a `message_sent` or `message_updated` carries the message as it is now; for a deleted one, the tombstone, and
   * `message_deleted` follows.
   */
  readonly source: 'live' | 'mended'
}

export type ClientEvent = { [N in ClientEventName]: EventOf<N> }[ClientEventName]

/** What an application applies, in the order in which it comes. */
export type SyncEvent =
  | ClientEvent
  /** After something was missed: the channel as it is now. Its counts hold up to its `last_seq`; do not count earlier events again. */
  | { readonly type: 'channel_refreshed'; readonly data: Channel }
  /**
   * After so long an absence that the server cannot replay it: the workspace as it is now, instead of all that was known
   * of it. History `kept`: messages that are known stay true, and what changed follows as events. `void`: the server was
   * restored to an earlier state; forget them and read again.
   */
  | { readonly type: 'workspace_refreshed'; readonly data: Boot; readonly history: 'kept' | 'void' }
  /** After such an absence: a workspace that was known is not there any more, or not for this person. */
  | { readonly type: 'workspace_gone'; readonly workspace_id: WorkspaceId }

/** A durable frame as it came off the wire. */
export type WireEvent = ServerFrame & { readonly cursor: string }

/** How many messages an event of this type changes, which is what `/changes` shows of it. A new event does not compile until this is decided. */
const changedMessages = {
  message_sent: 'one',
  message_updated: 'one',
  message_deleted: 'one',
  thread_updated: 'one',
  reaction_added: 'one',
  reaction_removed: 'one',
  message_pinned: 'one',
  message_unpinned: 'one',
  messages_bulk_deleted: 'several',
  channel_created: 'none',
  member_joined: 'none',
  member_left: 'none',
  channel_read: 'none',
  workspace_member_joined: 'none',
  workspace_member_left: 'none',
  member_updated: 'none',
  channel_updated: 'none',
  channel_archived: 'none',
  channel_unarchived: 'none',
  channel_deleted: 'none',
  workspace_updated: 'none',
  workspace_deleted: 'none',
  workspace_member_updated: 'none',
  user_updated: 'none',
  group_updated: 'none',
  group_deleted: 'none',
  emoji_updated: 'none',
  preferences_updated: 'none',
  draft_updated: 'none',
  saved_updated: 'none',
  thread_subscription_updated: 'none',
  scheduled_message_updated: 'none',
  reminder_updated: 'none',
} as const satisfies Record<ClientEventName, 'one' | 'several' | 'none'>

type NameOf<C extends 'one' | 'several'> = { [N in ClientEventName]: (typeof changedMessages)[N] extends C ? N : never }[ClientEventName]

/** An event that changes messages: one, or in `messages_bulk_deleted` several at once. `messageIdsOf` says which. */
export type MessageEvent = Extract<ClientEvent, { type: NameOf<'one' | 'several'> }>
/** An event that changes one message. */
export type OneMessageEvent = Extract<ClientEvent, { type: NameOf<'one'> }>

export function isMessageEvent(event: SyncEvent): event is MessageEvent {
  return isClientEventName(event.type) && changedMessages[event.type] !== 'none'
}

/** Undefined for a type that this version does not know: it must be ignorable. */
export function toClientEvent({ type, workspace_id, channel_id, seq, data }: WireEvent): ClientEvent | undefined {
  if (!isClientEventName(type)) return undefined
  const place = { workspace_id: workspace_id ?? null, channel_id: channel_id ?? null, seq: seq ?? null }
  // The server makes its frames from the schemas that these types come from.
  return { type, data, ...place, source: 'live' } as ClientEvent
}

export const isKnown = ({ type }: WireEvent): boolean => isClientEventName(type)

/** Whether mending a channel by `/changes` brings what this event changed. What nobody here knows may be about anything. */
export const isMendable = ({ type }: WireEvent): boolean => !isClientEventName(type) || changedMessages[type] !== 'none'
