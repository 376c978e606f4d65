import { Type, type TSchema } from 'typebox'
import {
  clientEventCatalogue, clientFrame, clientFrameCatalogue, Message, routeCatalogue, serverFrameCatalogue, SUBPROTOCOL, WatchedPresence,
  type ClientFrameType,
} from '@afrochat/contracts'
import { createComponents, exampleOf, type Components } from '@afrochat/json-schema'
import { clientFrameTexts, eventTexts, info, serverFrameTexts } from './texts.ts'

interface FrameDefinition {
  readonly name: string
  readonly summary: string
  readonly schema: TSchema
  /** What is shown as an example, where that is less than the schema has room for. */
  readonly shown?: TSchema
}

/** Codes that any frame may get, and those that are the commands' own. */
const ERROR_CODES = [
  'invalid_json', 'unknown_type', 'invalid_frame', 'invalid_text', 'rate_limited', 'service_unavailable', 'internal_error', 'invalid_token',
  ...Object.values(routeCatalogue.sendMessage.errors).flat(),
  ...Object.values(routeCatalogue.markChannelRead.errors).flat(),
]

/** The whole socket as AsyncAPI 3.0, from the catalogues that validate at run time. The application described is the gateway. */
export function asyncApiDocument() {
  const components = createComponents()
  const commands = clientFrames().map((frame) => toMessage(frame, components))
  const frames = serverFrames().map((frame) => toMessage(frame, components))
  const events = durableEvents().map((frame) => toMessage(frame, components))
  const messages = Object.fromEntries([...commands, ...frames, ...events].map((message) => [message.name, message]))
  const answers = frames.filter(({ name }) => name === 'ack' || name === 'error')

  return withoutSharedParts({
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    servers: {
      gateway: {
        host: '{host}', protocol: 'wss', pathname: '/ws', description: 'The gateway of an installation',
        variables: { host: { default: 'localhost:8081', description: 'Host and WEBSOCKET_PORT' } },
        security: [{ $ref: '#/components/securitySchemes/bearer' }],
      },
    },
    channels: {
      socket: {
        address: '/ws',
        description: 'One connection carries everything.',
        messages: Object.fromEntries(Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }])),
        bindings: {
          ws: {
            method: 'GET',
            headers: { type: 'object', properties: { 'Sec-WebSocket-Protocol': { type: 'string', description: `\`${SUBPROTOCOL}\`, from browsers also \`bearer.<access token>\`` } } },
          },
        },
      },
    },
    operations: {
      receiveCommands: {
        ...operation('receive', 'Frames of clients', commands),
        reply: { channel: { $ref: '#/channels/socket' }, messages: answers.map(refTo) },
      },
      sendFrames: operation('send', 'Frames about the connection itself, and passing events', frames),
      sendEvents: operation('send', 'Durable events, in the order of the log', events),
    },
    components: {
      messages,
      schemas: components.schemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `access_token` of sign-in' } },
    },
  })
}

function clientFrames(): FrameDefinition[] {
  // Object.keys gives strings; these are the keys of a record over the type.
  return (Object.keys(clientFrameCatalogue) as ClientFrameType[])
    .map((type) => ({ name: type, summary: clientFrameTexts[type], schema: clientFrame(type) }))
}

function serverFrames(): FrameDefinition[] {
  const { hello, heartbeat, resumed, resync_required, error, user_typing, presence_changed } = serverFrameCatalogue
  const cursor = Type.String({ description: 'The place in the log; of several shards, joined by `,`' })
  const errorData = { ...error, description: `Codes: ${[...new Set(ERROR_CODES)].map((code) => `\`${code}\``).join(', ')}` }
  const schemas: Record<keyof typeof serverFrameCatalogue, TSchema> = {
    hello: frame('hello', { cursor, data: hello }),
    heartbeat: frame('heartbeat', { cursor, data: heartbeat }),
    resumed: frame('resumed', { data: resumed }),
    resync_required: frame('resync_required', { data: resync_required }),
    ack: frame('ack', { id: Type.String(), data: Type.Union([Type.Object({}, { description: 'What the command answers, as its HTTP route would' }), Message, WatchedPresence]) }),
    error: frame('error', { id: Type.Union([Type.String(), Type.Null()]), data: errorData }),
    user_typing: frame('user_typing', { workspace_id: Type.String({ format: 'uuid' }), channel_id: Type.String({ format: 'uuid' }), data: user_typing }),
    presence_changed: frame('presence_changed', { data: presence_changed }),
  }
  return Object.entries(serverFrameTexts).map(([name, summary]) =>
    // The texts are a record over the same names.
    ({ name, summary, schema: schemas[name as keyof typeof schemas] }))
}

function durableEvents(): FrameDefinition[] {
  return Object.entries<TSchema>(clientEventCatalogue).map(([name, data]) => ({
    name,
    // The texts are a record over the names of the same catalogue.
    summary: eventTexts[name as keyof typeof eventTexts],
    // Whether an event has a channel and a `seq` depends on its type: an example with both would mislead as often as not.
    shown: frame(name, { cursor: Type.String(), data }),
    schema: frame(name, {
      workspace_id: Type.Optional(Type.String({ format: 'uuid', description: 'Absent for what concerns an account in all workspaces' })),
      channel_id: Type.Optional(Type.String({ format: 'uuid', description: 'Of events in a channel' })),
      cursor: Type.String({ description: 'The place in the log' }),
      seq: Type.Optional(Type.Integer({ minimum: 1, description: 'Of events in a channel: the channel\'s next' })),
      data,
    }),
  }))
}

const frame = (type: string, fields: Record<string, TSchema>) => Type.Object({ type: Type.Literal(type), ...fields })

function toMessage({ name, summary, schema, shown = schema }: FrameDefinition, components: Components) {
  return {
    name,
    title: name.replaceAll('_', ' '),
    summary,
    payload: components.toSchema(schema),
    examples: [{ name, payload: exampleOf(shown) }],
  }
}

interface Named {
  readonly name: string
}

const refTo = ({ name }: Named) => ({ $ref: `#/channels/socket/messages/${name}` })

function operation(action: 'send' | 'receive', summary: string, messages: readonly Named[]) {
  return { action, summary, channel: { $ref: '#/channels/socket' }, messages: messages.map(refTo) }
}

function withoutSharedParts<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T // The same value without `undefined`, and without parts that YAML would write as anchors.
}
