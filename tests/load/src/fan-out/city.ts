import { channelStream, type StreamKey } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import { messageText, type MessageFacts } from './message.ts'

/** Who is where in every measurement of the gateway: all people in one large channel, and each in one of a hundred small ones. */
export const PEOPLE = 5_000
export const SMALL_CHANNELS = 100

/** Ids that say what they are of, so that processes need not tell each other. */
const id = (kind: number, number: number) => `019a2b3c-4d5e-7f60-8${kind}00-${number.toString(16).padStart(12, '0')}`

// Ids of our own, of these kinds.
export const workspaceId = id(1, 1) as WorkspaceId
export const largeChannel = id(2, 1) as ChannelId
export const smallChannel = (number: number): ChannelId => id(3, number) as ChannelId
/** Nobody is in it. */
export const quietChannel = id(4, 1) as ChannelId
export const person = (number: number): UserId => id(5, number) as UserId
export const session = (number: number): string => id(6, number)
const messageId = id(7, 1) as MessageId

/** The channels among which messages go in turn. */
export const channelsOf = (count: number): ChannelId[] =>
  count === 1 ? [largeChannel] : Array.from({ length: count }, (_, number) => smallChannel(number))

export interface Saying extends MessageFacts {
  readonly channelId: ChannelId
  readonly pos: number
}

/** What the log has of a message. */
export function sayingEvent({ channelId, pos, ...message }: Saying): PlacedEvent {
  const stream: StreamKey = channelStream(channelId)
  return {
    shard: 0, pos, stream_key: stream, seq: message.number, workspace_id: workspaceId, audience: 'all', type: 'message_sent', message_id: messageId,
    payload: messageText(message), actor_id: person(0), request_id: null, imported: false,
  }
}
