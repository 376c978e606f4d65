import { Resolver } from 'node:dns/promises'
import { isPublicAddress } from './public-address.ts'

/** All addresses of a name, of both families; none where it has none or cannot be asked for. */
export type ResolveHost = (name: string) => Promise<readonly string[]>

const TIMEOUT_MS = 2_000

/**
 * Asks the name servers themselves. `getaddrinfo`, which others use, knows this machine's hosts file, and waits for a slow
 * server on one of four threads, which files and every other look-up of the process need too.
 */
export const resolveByDns: ResolveHost = async (name) => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}

/**
 * The address to connect to, and no other: looked up once, judged, and then used as it is, because a second look-up may
 * give another answer. A name that has any address that is not public is not asked at all.
 */
export async function resolvePublic(name: string, resolve: ResolveHost): Promise<string | undefined> {
  const addresses = await resolve(name)
  return addresses.every(isPublicAddress) ? addresses[0] : undefined
}
