import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'

export interface PageRequest {
  readonly url: URL
  /** Where to connect: it was looked up and judged, and nothing else is. */
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Servers that send more than this before their page do not send one. */
const MAX_HEADER_BYTES = 16_384

/** Asks once, and gives the answer's head; undefined where there is none. Follows nothing, keeps nothing, sends what is named here alone. */
export async function openPage({ url, address, headers, signal }: PageRequest): Promise<IncomingMessage | undefined> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const options: RequestOptions = {
    // A connection of its own, which no other request ever uses, and none of the proxies that the environment may name.
    agent: false,
    headers: { ...headers, connection: 'close' },
    lookup: pinnedTo(address),
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  }
  return headOf(send(url, options))
}

/** Whatever is asked for, the one address. Where the URL has an address itself nobody asks: it was judged as it stands. */
function pinnedTo(address: string): LookupFunction {
  const family = isIPv6(address) ? 6 : 4
  return (_name, { all }, callback) => {
    if (all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

function headOf(request: ClientRequest): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    request.once('response', (response) => {
      // It may break while nobody reads it.
      response.on('error', () => undefined)
      resolve(response)
    })
    // Refused, reset, no certificate that one could trust, no HTTP, too late: all the same to who wanted to see a page.
    request.on('error', () => resolve(undefined))
    request.once('close', () => resolve(undefined))
    request.end()
  })
}
