import { takesIdempotencyKey, type RouteDefinition } from '@afrochat/contracts'

type Sentences = Readonly<Record<string, string>>

interface Refusal {
  readonly status: number
  readonly applies: (operation: RouteDefinition) => boolean
  /** Code → sentence. */
  readonly codes: Sentences
}

const always = () => true
const takesBody = ({ body }: RouteDefinition) => body !== undefined
const takesMedia = ({ media }: RouteDefinition) => media !== undefined
const MALFORMED = { invalid_request: 'The request is not valid', invalid_text: 'A text holds a NUL character or half of a surrogate pair' }

const MALFORMED_BODY = { ...MALFORMED, invalid_json: 'The request body is not valid JSON' }

/** What operations refuse in the same way, by the name of the component. */
const COMMON: Readonly<Record<string, Refusal>> = {
  Malformed: { status: 400, applies: (operation) => !takesBody(operation) && !takesIdempotencyKey(operation), codes: MALFORMED },
  MalformedBody: { status: 400, applies: (operation) => takesBody(operation) && !takesIdempotencyKey(operation), codes: MALFORMED_BODY },
  MalformedPost: {
    status: 400,
    applies: takesIdempotencyKey,
    codes: { ...MALFORMED_BODY, invalid_idempotency_key: 'An Idempotency-Key is 1 to 255 printable ASCII characters without spaces' },
  },
  NotSignedIn: {
    status: 401,
    applies: ({ access }) => access === 'signed-in',
    codes: { authorization_required: 'Authorization header required', invalid_token: 'Invalid token' },
  },
  KeyConflict: {
    status: 409, applies: takesIdempotencyKey, codes: { idempotency_conflict: 'This Idempotency-Key was used for another request' },
  },
  TooLarge: { status: 413, applies: (operation) => takesBody(operation) || takesMedia(operation), codes: { body_too_large: 'The request body is too large' } },
  NotJson: { status: 415, applies: takesBody, codes: { unsupported_media_type: 'Send JSON with Content-Type: application/json' } },
  NotMedia: { status: 415, applies: takesMedia, codes: { unsupported_media_type: 'Send one of the types that this operation takes' } },
  RateLimited: { status: 429, applies: ({ limit }) => limit !== null, codes: { rate_limited: 'Too many requests: slow down' } },
  Failed: { status: 500, applies: always, codes: { internal_error: 'Something went wrong on our side' } },
  Unavailable: { status: 503, applies: always, codes: { service_unavailable: 'The service is unavailable for the moment' } },
}

const MEANING: Readonly<Record<number, string>> = {
  400: 'Malformed',
  401: 'Not signed in',
  403: 'Not allowed, where the caller may know that the thing exists',
  404: 'Unknown, or not visible to the caller',
  409: 'In conflict with how things are',
  410: 'Gone',
  413: 'Too large',
  415: 'Not of the type that is taken here',
  422: 'Understood, but refused',
  429: 'Too many requests',
  500: 'Our fault',
  503: 'Unavailable for the moment',
}

/** The refusals that are common to operations, for `components.responses`. */
export function commonResponses() {
  return Object.fromEntries(Object.entries(COMMON).map(([name, { status, codes }]) => [name, response(status, codes)]))
}

/** The error answers of an operation: all have one form, and each of its codes is an example. */
export function errorResponses(operation: RouteDefinition) {
  const own = Object.entries(operation.errors ?? {}).map(([status, codes]) =>
    [Number(status), Object.fromEntries(codes.map((code) => [code, sentenceOf(code)]))] as const)
  const common = Object.entries(COMMON).filter(([, { applies }]) => applies(operation))
  const ownOf = new Map(own)
  return Object.fromEntries([
    ...own.map(([status, codes]) => [status, response(status, codes)] as const),
    ...common.map(([name, { status, codes }]) => {
      const more = ownOf.get(status)
      return [status, more ? response(status, { ...more, ...codes }) : { $ref: `#/components/responses/${name}` }] as const
    }),
  ])
}

function response(status: number, codes: Sentences) {
  return {
    description: MEANING[status] ?? 'Refused',
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...([429, 503].includes(status) && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
      ...(status === 429 && limitHeaders),
    },
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(Object.entries(codes).map(([code, sentence]) => [code, { value: exampleOf(code, sentence) }])),
      },
    },
  }
}

/** On every answer that was counted. */
export const limitHeaders = {
  'RateLimit-Limit': { $ref: '#/components/headers/RateLimitLimit' },
  'RateLimit-Remaining': { $ref: '#/components/headers/RateLimitRemaining' },
  'RateLimit-Reset': { $ref: '#/components/headers/RateLimitReset' },
}

const exampleOf = (code: string, error: string) => ({ error, code, request_id: '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11' })

/** The catalogue has the codes; the sentences are the domains', and may change. */
function sentenceOf(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
