import { Type, type TSchema } from 'typebox'
import {
  clientEventCatalogue, clientFrame, clientFrameCatalogue, eventFrame, routeCatalogue, serverFrame, serverFrameCatalogue, SUBPROTOCOL,
  type ClientEventName, type ClientFrameType, type ServerFrameType,
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
  // Object.keys gives strings; these are the keys of a record over the type.
  return (Object.keys(serverFrameTexts) as ServerFrameType[])
    .map((type) => ({ name: type, summary: serverFrameTexts[type], schema: type === 'error' ? errorFrame() : serverFrame(type) }))
}

function errorFrame(): TSchema {
  const description = `Codes: ${[...new Set(ERROR_CODES)].map((code) => `\`${code}\``).join(', ')}`
  return Type.Object({ ...serverFrame('error').properties, data: { ...serverFrameCatalogue.error, description } })
}

function durableEvents(): FrameDefinition[] {
  // As above.
  return (Object.keys(clientEventCatalogue) as ClientEventName[]).map((name) => ({
    name,
    summary: eventTexts[name],
    // Whether an event has a channel and a `seq` depends on its type: an example with both would mislead as often as not.
    shown: Type.Object({ type: Type.Literal(name), cursor: Type.String(), data: clientEventCatalogue[name] }),
    schema: eventFrame(name),
  }))
}

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
