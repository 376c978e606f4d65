import type { IncomingMessage } from 'node:http'
import { addressMatcher, countedAddress, plainAddress } from '@afrochat/middleware'

/**
 * What counts as the address of a client: that of its connection, or, of one that comes through trusted proxies, the
 * last address in X-Forwarded-For that is none of theirs. Before that one anybody may have written anything.
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = addressMatcher(trustedProxies)
  return ({ socket, headers }) => {
    // Several headers of one name arrive as one, separated by commas.
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
    const hops = [...forwarded, socket.remoteAddress ?? ''].map((hop) => plainAddress(hop.trim())).filter((hop) => hop !== '').reverse()
    const client = hops.find((hop) => !isTrusted(hop)) ?? hops.at(-1) ?? ''
    return countedAddress(client)
  }
}
