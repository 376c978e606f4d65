import type { IncomingMessage } from 'node:http'
import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'

export interface HandshakeRules {
  readonly path: string
  /** Origins of web pages that may open sockets, exactly as browsers send them. */
  readonly allowedOrigins: readonly string[]
}

export interface Handshake {
  /** The access tokens that the client showed, each once: none (it will send one in its first frame), one, or two. */
  readonly tokens: readonly string[]
}

/** What a request to open a socket asks for. Throws a DomainError for one that breaks a rule. */
export function readHandshake(request: IncomingMessage, { path, allowedOrigins }: HandshakeRules): Handshake {
  // The host is no matter here: only the path and the query are read.
  const url = URL.parse(request.url ?? '', 'http://gateway')
  if (url?.pathname !== path) throw notFound()
  if (hasToken(url.searchParams)) throw tokenInUrl()
  const { origin } = request.headers
  // Browsers always send it. Programs that send none are no danger: there are no cookies that a page could misuse.
  if (origin !== undefined && !allowedOrigins.includes(origin)) throw originNotAllowed()
  const offered = subprotocols(request)
  if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) throw unsupportedSubprotocol()
  return { tokens: [...new Set([...headerTokens(request), ...subprotocolTokens(offered)])] }
}

/** URLs end up in the logs of proxies and in browser histories. */
function hasToken(query: URLSearchParams): boolean {
  return query.entries().some(([name, value]) => /token|auth|bearer|jwt|key/i.test(name) || /\bey[\w-]+\.[\w-]+\./.test(`${name} ${value}`))
}

function subprotocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? ''
  return header.split(',').map((name) => name.trim()).filter((name) => name !== '')
}

function headerTokens(request: IncomingMessage): string[] {
  const { authorization } = request.headers
  if (authorization === undefined) return []
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (token === undefined) throw invalidToken()
  return [token]
}

function subprotocolTokens(offered: readonly string[]): string[] {
  return offered.filter((name) => name.startsWith(BEARER_SUBPROTOCOL_PREFIX)).map((name) => name.slice(BEARER_SUBPROTOCOL_PREFIX.length))
}

const notFound = () => new DomainError('not_found', 'not_found', 'There is nothing here')
const tokenInUrl = () => new DomainError('invalid', 'token_in_url', 'A token does not belong in a URL: send it as header, subprotocol or first frame')
const originNotAllowed = () => new DomainError('forbidden', 'origin_not_allowed', 'Pages of this origin may not connect')
const unsupportedSubprotocol = () => new DomainError('invalid', 'unsupported_subprotocol', `This server speaks ${SUBPROTOCOL}`)
const invalidToken = () => new DomainError('unauthenticated', 'invalid_token', 'Invalid token')
