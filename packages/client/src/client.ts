import { connect, type Connection, type ConnectOptions } from './connect.ts'
import type { ApiCalls } from './http/calls.ts'
import { createHttpClient } from './http/http-client.ts'
import type { TokenOptions, Tokens } from './http/token-keeper.ts'

export interface ClientOptions extends TokenOptions {
  /** Of the api, without `/api/v1`: `https://chat.example.org`. */
  readonly url: string
  /** Of the socket; default: `/ws` on the same host, as behind one proxy. */
  readonly socketUrl?: string
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch
  /** Instead of the global one. */
  readonly WebSocket?: typeof globalThis.WebSocket
}

/**
 * One person's access to one server: a method for each operation of the HTTP interface, and `connect` for what happens
 * meanwhile. After `login` or `register` every call is theirs, until `logout`.
 */
export interface Client extends ApiCalls {
  /** What to keep to stay signed in; null: signed out. */
  readonly tokens: Tokens | null
  /** Opens a connection that stays until its `close`, whatever the network does. */
  connect(options: ConnectOptions): Connection
}

export function createClient(options: ClientOptions): Client {
  const url = options.url.replace(/\/+$/, '')
  // Bound, because browsers refuse a `fetch` that is called as a method of something else.
  const http = createHttpClient({ url, fetch: options.fetch ?? globalThis.fetch.bind(globalThis) }, options)
  const socketUrl = options.socketUrl ?? `${url.replace(/^http/, 'ws')}/ws`
  return {
    ...http.calls,
    get tokens() {
      return http.tokens.tokens
    },
    connect: (connectOptions) => connect({ ...http, socketUrl, WebSocket: options.WebSocket ?? globalThis.WebSocket }, connectOptions),
  }
}
