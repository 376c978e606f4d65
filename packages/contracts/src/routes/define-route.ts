import type { Static, TObject, TSchema } from 'typebox'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Classes of rate limits; each is a setting, RATE_LIMIT_<CLASS>. `ANON` and `REGISTER` count by address, the others by user. */
export type RateLimitClass = 'GENERAL' | 'ANON' | 'REGISTER' | 'POST' | 'SEARCH' | 'UPLOAD'

/** A body that is no JSON: bytes of one of these types, as they are. */
export interface Media {
  readonly mediaTypes: readonly string[]
  readonly maxBytes: number
}

/** One operation of the HTTP interface. The api registers it, the SDK calls it and OpenAPI describes it from this one definition. */
export interface RouteDefinition {
  readonly method: HttpMethod
  /** Below `/api/v1`, parameters as `:name`. */
  readonly path: string
  readonly tag: string
  /** What it does, in a few words. */
  readonly summary: string
  readonly description?: string
  /** `anyone`: without signing in. */
  readonly access: 'anyone' | 'signed-in'
  /** `null`: what is the same for everybody and kept by every cache on the way, so that a page may ask for hundreds at once. */
  readonly limit: RateLimitClass | null
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TObject
  /** Instead of `body`. */
  readonly media?: Media
  /** Status → body; `null`: no body. Errors are not listed: they all have the same form. */
  readonly answers: Readonly<Record<number, TSchema | Media | null>>
  /** Codes of the errors that are this operation's own, by status. */
  readonly errors?: Readonly<Record<number, readonly string[]>>
}

/**
 * Whether a client may send an `Idempotency-Key`: on every POST of somebody signed in, but for messages, whose key is
 * their `client_msg_id`.
 */
export function takesIdempotencyKey({ method, access, body }: RouteDefinition): boolean {
  return method === 'POST' && access === 'signed-in' && !Object.hasOwn(body?.properties ?? {}, 'client_msg_id')
}

export const isMedia = (body: TSchema | Media | null): body is Media => body !== null && 'mediaTypes' in body

export const defineRoute = <const R extends RouteDefinition>(route: R): R => route

type PartOf<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema } ? Static<S> : unknown

export type ParamsOf<R extends RouteDefinition> = PartOf<R, 'params'>
export type QueryOf<R extends RouteDefinition> = PartOf<R, 'query'>
export type BodyOf<R extends RouteDefinition> = R extends { readonly media: Media } ? Uint8Array : PartOf<R, 'body'>
/** What a successful call answers; null where there is no body. */
export type AnswerOf<R extends RouteDefinition> = {
  [Status in keyof R['answers']]: R['answers'][Status] extends Media ? Uint8Array : R['answers'][Status] extends TSchema ? Static<R['answers'][Status]> : null
}[keyof R['answers']]
