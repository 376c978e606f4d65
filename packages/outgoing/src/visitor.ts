import type { IncomingMessage } from 'node:http'
import { boundedBody, encodingOf } from './bounded-body.ts'
import { openPage } from './open-page.ts'
import { resolveByDns, resolvePublic, type ResolveHost } from './resolve-host.ts'
import { parseTarget, type Target } from './target.ts'

export interface VisitorOptions {
  /** How servers see us. */
  readonly userAgent: string
  /**
   * `host:port`s that are asked although they are not of the public Internet. For tests, whose servers are on this
   * machine: no setting may ever lead here.
   */
  readonly trustedHosts?: readonly string[]
  /** For tests of what names may stand for. */
  readonly resolve?: ResolveHost
  /** From the first look-up to the last byte, whatever happens between. Default 5,000. Tests, whose machine stands still at times, take more. */
  readonly timeoutMs?: number
}

/** A page that answered with success. */
export interface Page {
  /** Where it was found in the end. */
  readonly url: string
  readonly contentType: string
  /** As it comes, unpacked and bounded. Reading less ends the connection. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * Goes where somebody's link points. Everything about a link is theirs: it is followed to public web servers alone, is
 * given no word of who asks, and learns nothing from how it fails.
 */
export interface Visitor {
  /** What `read` makes of the page; undefined for all that goes wrong, without distinction. */
  visit<T>(url: string, read: (page: Page) => Promise<T>): Promise<T | undefined>
  /** Whether a URL, as far as one can tell by looking at it, is of the public web. What its name stands for is not asked. */
  mayPointTo(url: string): boolean
}

const TIMEOUT_MS = 5_000
const MAX_BYTES = 512 * 1_024
const MAX_REDIRECTS = 3
const REDIRECTS = [301, 302, 303, 307, 308]

export function createVisitor({ userAgent, trustedHosts = [], resolve = resolveByDns, timeoutMs = TIMEOUT_MS }: VisitorOptions): Visitor {
  const trusted: ReadonlySet<string> = new Set(trustedHosts)
  const headers = { 'user-agent': userAgent, accept: 'text/html,application/xhtml+xml', 'accept-encoding': 'gzip' }

  return {
    mayPointTo: (url) => parseTarget(url, { trusted }) !== undefined,
    async visit(url, read) {
      const signal = AbortSignal.timeout(timeoutMs)
      const found = await follow(parseTarget(url, { trusted }), signal)
      if (found === undefined) return undefined
      try {
        return await read({
          url: found.url.href,
          contentType: found.response.headers['content-type'] ?? '',
          body: boundedBody(found.response, MAX_BYTES),
        })
      } finally {
        found.response.destroy()
      }
    },
  }

  /** To the page that the target leads to: each hop is judged as if it were the first. */
  async function follow(first: Target | undefined, signal: AbortSignal): Promise<{ url: URL; response: IncomingMessage } | undefined> {
    let target = first
    for (let hop = 0; target !== undefined && hop <= MAX_REDIRECTS; hop += 1) {
      const response = await open(target, signal)
      if (response === undefined) return undefined
      if (isPage(response)) return { url: target.url, response }
      const location = REDIRECTS.includes(response.statusCode ?? 0) ? response.headers.location : undefined
      response.destroy()
      target = location === undefined ? undefined : parseTarget(location, { base: target.url, trusted })
    }
    return undefined
  }

  async function open({ url, address: literal }: Target, signal: AbortSignal): Promise<IncomingMessage | undefined> {
    const address = literal ?? (await inTime(resolvePublic(url.hostname, resolve), signal))
    return address === undefined ? undefined : openPage({ url, address, headers, signal })
  }
}

/** An encoding that was not asked for would not be unpacked. */
function isPage(response: IncomingMessage): boolean {
  const status = response.statusCode ?? 0
  return status >= 200 && status < 300 && ['', 'gzip', 'x-gzip'].includes(encodingOf(response))
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const giveUp = () => resolve(undefined)
  signal.addEventListener('abort', giveUp, { once: true })
  if (signal.aborted) giveUp()
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
