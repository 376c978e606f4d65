import { isMedia, takesIdempotencyKey, type Media, type RouteDefinition } from '@afrochat/contracts'
import { newClientMsgId } from './client-msg-id.ts'

export interface BuiltRequest {
  readonly method: RouteDefinition['method']
  /** With the query, from `/api/v1` on. */
  readonly path: string
  readonly body: string | Blob | undefined
  readonly contentType: string | undefined
  /** The answer is bytes, and no JSON. */
  readonly givesBytes: boolean
  /** Makes a POST one that may be repeated: the server answers it once. */
  readonly idempotencyKey: string | undefined
  /** Doing it twice is the same as doing it once: it may be tried again when nobody knows whether it was done. */
  readonly isRepeatable: boolean
}

type Input = Readonly<Record<string, unknown>>

/** Takes an input apart into what the route puts in its path, its query and its body. */
export function buildRequest(route: RouteDefinition, input: Input): BuiltRequest {
  const { bytes, ...fields } = route.media === undefined ? { bytes: undefined, ...input } : input
  const given = Object.entries(withClientMsgId(route, fields)).filter(([, value]) => value !== undefined)
  const isIn = (part: 'params' | 'query' | 'body') => ([name]: [string, unknown]) => Object.hasOwn(route[part]?.properties ?? {}, name)
  const isOfPath = isIn('params')
  const isOfQuery = isIn('query')
  // A name that the route does not know goes where the server refuses it, so that a typo never passes silently.
  const rest = given.filter((entry) => !isOfPath(entry) && !isOfQuery(entry))
  const query = [...given.filter(isOfQuery), ...(route.body === undefined ? rest : [])]
  const body = route.body === undefined ? undefined : Object.fromEntries(rest)
  const idempotencyKey = takesIdempotencyKey(route) ? newClientMsgId() : undefined
  return {
    method: route.method,
    path: `/api/v1${fillPath(route.path, input)}${toQueryString(query)}`,
    ...(route.media === undefined ? jsonOf(body) : bytesOf(route.media, bytes)),
    givesBytes: Object.values(route.answers).some(isMedia),
    idempotencyKey,
    isRepeatable: idempotencyKey !== undefined || isRepeatable(route, body),
  }
}

const jsonOf = (body: Input | undefined) =>
  body === undefined ? { body, contentType: undefined } : { body: JSON.stringify(body), contentType: 'application/json' }

/** Of a type that the route takes where the bytes say one; else as bytes, which the server looks at itself. */
function bytesOf({ mediaTypes }: Media, bytes: unknown) {
  if (!(bytes instanceof Blob) && !(bytes instanceof Uint8Array)) throw new TypeError('bytes must be a Blob or a Uint8Array')
  const body = bytes instanceof Blob ? bytes : new Blob([new Uint8Array(bytes)])
  return { body, contentType: mediaTypes.includes(body.type) ? body.type : 'application/octet-stream' }
}

/** Every message is sent with an id of the client's, so that it can be sent again after a timeout without becoming two. */
function withClientMsgId(route: RouteDefinition, input: Input): Input {
  const takesOne = Object.hasOwn(route.body?.properties ?? {}, 'client_msg_id')
  return takesOne && input['client_msg_id'] === undefined ? { ...input, client_msg_id: newClientMsgId() } : input
}

function fillPath(path: string, input: Input): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = input[name]
    // An URL with such a part means another URL: `/messages/1/reactions/..` would be the message itself.
    if (typeof value !== 'string' || value === '' || value === '.' || value === '..') throw new TypeError(`${name} cannot be ${value === undefined ? 'left out' : JSON.stringify(value)}`)
    return encodeURIComponent(value)
  })
}

function toQueryString(entries: readonly [string, unknown][]): string {
  if (entries.length === 0) return ''
  return `?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString()}`
}

function isRepeatable(route: RouteDefinition, body: Input | undefined): boolean {
  if (route.method === 'GET' || route.method === 'PUT') return true
  // The server takes a refresh token again for some seconds, just for the case that its answer was lost.
  return typeof body?.['client_msg_id'] === 'string' || route.path === '/auth/refresh'
}
