import type { AnswerOf, BodyOf, Media, ParamsOf, QueryOf, RouteDefinition, RouteName, routeCatalogue } from '@afrochat/contracts'

/** What may be said about one call besides its input. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason, and whether the server did what was asked is not known. */
  readonly signal?: AbortSignal
  /** For one attempt, in milliseconds; default 30,000. */
  readonly timeoutMs?: number
}

/** One object, so that an editor shows the fields instead of the sum of three types. */
type Flat<T> = { [K in keyof T]: T[K] }

/** The parameters, the query and the body of an operation in one object: their names never meet (a test sees to it). */
export type InputOf<R extends RouteDefinition> = Flat<ParamsOf<R> & QueryOf<R> & SentOf<R>>

/** Bytes have a name here, beside the parameters. The type of a Blob is said to the server. */
type SentOf<R extends RouteDefinition> = R extends { readonly media: Media } ? { readonly bytes: Blob | Uint8Array } : BodyOf<R>

type Call<R extends RouteDefinition> = unknown extends ParamsOf<R> & QueryOf<R> & SentOf<R>
  ? (input?: Record<never, never>, options?: CallOptions) => Promise<AnswerOf<R>>
  : Record<never, never> extends InputOf<R>
    ? (input?: InputOf<R>, options?: CallOptions) => Promise<AnswerOf<R>>
    : (input: InputOf<R>, options?: CallOptions) => Promise<AnswerOf<R>>

/** A method for every operation of the HTTP interface, by its operation id. */
export type ApiCalls = { readonly [N in RouteName]: Call<(typeof routeCatalogue)[N]> }
