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

/** A durable frame as it came off the wire. */
export type WireEvent = ServerFrame & { readonly cursor: string }

/** Whether `/changes` shows what an event of this type changed. A new event does not compile until this is decided. */
const isAboutMessages = {
  message_sent: true,
  message_updated: true,
  message_deleted: true,
  thread_updated: true,
  reaction_added: true,
  reaction_removed: true,
  message_pinned: true,
  message_unpinned: true,
  messages_bulk_deleted: false,
  channel_created: false,
  member_joined: false,
  member_left: false,
  channel_read: false,
  workspace_member_joined: false,
  workspace_member_left: false,
  member_updated: false,
  channel_updated: false,
  channel_archived: false,
  channel_unarchived: false,
  channel_deleted: false,
  workspace_updated: false,
  workspace_deleted: false,
  workspace_member_updated: false,
  user_updated: false,
  group_updated: false,
  group_deleted: false,
  emoji_updated: false,
  preferences_updated: false,
  draft_updated: false,
  saved_updated: false,
  thread_subscription_updated: false,
  scheduled_message_updated: false,
  reminder_updated: false,
} as const satisfies Record<ClientEventName, boolean>

type MessageEventName = { [N in ClientEventName]: (typeof isAboutMessages)[N] extends true ? N : never }[ClientEventName]

/** An event that changes one message. */
export type MessageEvent = Extract<ClientEvent, { type: MessageEventName }>

export function isMessageEvent(event: SyncEvent): event is MessageEvent {
  return isClientEventName(event.type) && isAboutMessages[event.type]
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
export const isMendable = ({ type }: WireEvent): boolean => !isClientEventName(type) || isAboutMessages[type]
