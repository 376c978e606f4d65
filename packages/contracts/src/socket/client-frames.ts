import { Type, type Static, type TSchema } from 'typebox'
import { ReadMark } from '../objects/kept.ts'
import { sendMessageFields, SentMessage } from '../objects/message.ts'
import { DevicePresence, MAX_WATCHED, UserPresence } from '../objects/presence.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, Seq, UserIdSchema } from '../objects/scalars.ts'

/** Bytes of a client's frame, fragments together and inflated. A longer one ends the connection (1009): the longest messages go over HTTP. */
export const MAX_CLIENT_FRAME_BYTES = 64 * 1024

/** Frames that a client may send: type → schema of `data`. An `id` asks for an `ack` or `error` that carries it. */
export const clientFrameCatalogue = {
  authenticate: Closed({ token: Type.String({ minLength: 1, maxLength: 8192 }) }),
  resume: Closed({ cursor: Type.String({ minLength: 1, maxLength: 4096 }) }),
  ping: Closed({}),
  typing: Closed({ channel_id: ChannelIdSchema, thread_id: Type.Optional(Nullable(MessageIdSchema)) }),
  presence: Closed({ presence: DevicePresence }),
  watch_presence: Closed({ user_ids: Type.Array(UserIdSchema, { maxItems: MAX_WATCHED }) }),
  send_message: Closed({ channel_id: ChannelIdSchema, ...sendMessageFields }),
  mark_read: Closed({ channel_id: ChannelIdSchema, seq: Seq }),
} as const satisfies Record<string, TSchema>

export type ClientFrameType = keyof typeof clientFrameCatalogue
export type ClientFrameData<T extends ClientFrameType> = Static<(typeof clientFrameCatalogue)[T]>

/** What the `ack` of `watch_presence` holds: how those are now of whom the client may know it. The others are left out, whoever they are. */
export const WatchedPresence = Closed({ presences: Type.Array(UserPresence) }, { $id: 'WatchedPresence' })
export type WatchedPresence = Static<typeof WatchedPresence>

/** What the `ack` of each of them holds. */
export const answerCatalogue = {
  authenticate: Closed({}),
  resume: Closed({ complete: Type.Boolean({ description: 'Whether `resumed` was sent, and not `resync_required`' }) }),
  ping: Closed({}),
  typing: Closed({}),
  presence: Closed({}),
  watch_presence: WatchedPresence,
  send_message: SentMessage,
  mark_read: ReadMark,
} as const satisfies Record<ClientFrameType, TSchema>

export type Answer<T extends ClientFrameType> = Static<(typeof answerCatalogue)[T]>

/** The envelope of a client frame. `data` may be left out where it has no fields. */
export const clientFrame = (type: ClientFrameType) =>
  Closed({
    type: Type.Literal(type),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 100, examples: ['7'] })),
    data: type === 'ping' ? Type.Optional(clientFrameCatalogue[type]) : clientFrameCatalogue[type],
  })
