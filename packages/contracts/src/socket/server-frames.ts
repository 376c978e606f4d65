import { Type, type Static, type TSchema } from 'typebox'
import { UserPresence } from '../objects/presence.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, Timestamp, UserIdSchema } from '../objects/scalars.ts'

/** Frames of the connection itself and passing events: type → schema of `data`. Durable events are in the event catalogue. */
export const serverFrameCatalogue = {
  hello: Closed({ connection_id: Type.String(), user_id: UserIdSchema, heartbeat_interval_ms: Type.Integer() }),
  heartbeat: Closed({ sent: Type.Integer({ description: 'Durable frames sent on this connection so far' }) }),
  resumed: Closed({}),
  resync_required: Closed({}),
  ack: Type.Unknown({ description: 'What the command answers, as its HTTP route would' }),
  error: Closed({ error: Type.String(), code: Type.String() }),
  user_typing: Closed({
    user_id: UserIdSchema,
    channel_id: ChannelIdSchema,
    thread_id: Nullable(MessageIdSchema),
    timestamp: Timestamp,
  }),
  presence_changed: UserPresence,
} as const satisfies Record<string, TSchema>

export type ServerFrameType = keyof typeof serverFrameCatalogue
export type ServerFrameData<T extends ServerFrameType> = Static<(typeof serverFrameCatalogue)[T]>

/** A frame as it comes off the wire, before its `data` is checked against the catalogues. */
export const ServerFrame = Type.Object({
  type: Type.String(),
  id: Type.Optional(Nullable(Type.String())),
  workspace_id: Type.Optional(Type.String()),
  channel_id: Type.Optional(Type.String()),
  cursor: Type.Optional(Type.String()),
  seq: Type.Optional(Type.Integer()),
  data: Type.Optional(Type.Unknown()),
})
export type ServerFrame = Static<typeof ServerFrame>

/** The subprotocol of the socket. */
export const SUBPROTOCOL = 'afrochat.v1'
/** The prefix of a second subprotocol by which a browser sends its access token: browsers set no headers on sockets. */
export const BEARER_SUBPROTOCOL_PREFIX = 'bearer.'

interface CloseCode {
  readonly code: number
  /** What a client does about it. */
  readonly then: 'reconnect' | 'sign-in' | 'stop'
}

export const closeCodes = {
  authenticationFailed: { code: 4001, then: 'sign-in' },
  protocolError: { code: 4002, then: 'stop' },
  tooManyConnections: { code: 4003, then: 'stop' },
  rateLimited: { code: 4004, then: 'reconnect' },
  tooSlow: { code: 4008, then: 'reconnect' },
  /** The reason is the delay before reconnecting, in milliseconds: spread, so that not all come at once. */
  serverRestarting: { code: 4009, then: 'reconnect' },
  signedOut: { code: 4010, then: 'sign-in' },
} as const satisfies Record<string, CloseCode>
