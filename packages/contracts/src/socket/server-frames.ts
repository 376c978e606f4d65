import { Type, type Static, type TSchema } from 'typebox'
import { clientEventCatalogue, type ClientEventName } from '../events/catalogue.ts'
import { UserPresence } from '../objects/presence.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, Timestamp, UserIdSchema } from '../objects/scalars.ts'
import { answerCatalogue } from './client-frames.ts'

const { ping: nothing, resume, watch_presence, send_message, mark_read } = answerCatalogue

/** Frames of the connection itself and passing events: type → schema of `data`. Durable events are in the event catalogue. */
export const serverFrameCatalogue = {
  hello: Closed({ connection_id: Type.String(), user_id: UserIdSchema, heartbeat_interval_ms: Type.Integer() }),
  heartbeat: Closed({ sent: Type.Integer({ description: 'Durable frames sent on this connection so far' }) }),
  resumed: Closed({}),
  resync_required: Closed({}),
  ack: Type.Union([nothing, resume, watch_presence, send_message, mark_read], { description: 'What the command answers, as its HTTP route would' }),
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

const cursor = Type.String({ description: 'The place in the log; of several shards, joined by `,`' })
const place = { workspace_id: Type.String({ format: 'uuid' }), channel_id: Type.String({ format: 'uuid' }) }

/** What frames of the server have beside `type` and `data`. */
const envelopes: Record<ServerFrameType, Readonly<Record<string, TSchema>>> = {
  hello: { cursor },
  heartbeat: { cursor: Type.Optional(cursor) },
  resumed: {},
  resync_required: {},
  ack: { id: Type.String() },
  error: { id: Nullable(Type.String()) },
  user_typing: place,
  presence_changed: {},
}

/** A frame of the server, whole. */
export const serverFrame = (type: ServerFrameType) =>
  Type.Object({ type: Type.Literal(type), ...envelopes[type], data: serverFrameCatalogue[type] })

/** A durable event, as a frame. */
export const eventFrame = (name: ClientEventName) =>
  Type.Object({
    type: Type.Literal(name),
    workspace_id: Type.Optional(Type.String({ format: 'uuid', description: 'Absent for what concerns an account in all workspaces' })),
    channel_id: Type.Optional(Type.String({ format: 'uuid', description: 'Of events in a channel' })),
    cursor: Type.String({ description: 'The place in the log' }),
    seq: Type.Optional(Type.Integer({ minimum: 1, description: 'Of events in a channel: the channel\'s next' })),
    data: clientEventCatalogue[name],
  })

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
