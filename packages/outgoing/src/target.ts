import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** Something that may be asked, as far as its URL says. */
export interface Target {
  readonly url: URL
  /** Its address where the URL names one; undefined: it names a host, which is still to be looked up and judged. */
  readonly address: string | undefined
}

const MAX_URL_LENGTH = 2_048
/** What a browser takes out of a URL or turns around in it before it looks: in a link that somebody was sent it stands for deceit. */
const DECEITFUL = /[\s\\\p{Control}]/u
/** The numbers of ports that web pages are at. Any other is somebody's database, mail server or printer. */
const PORTS: Readonly<Record<string, readonly string[]>> = { 'http:': ['', '443'], 'https:': ['', '80'] }

/**
 * The target of a URL; undefined where nothing is to be asked. Hosts in numbers (`0x7f.1`, `2130706433`, `127.1`) are
 * written out by the parser, so that there is one form to judge. `trusted` are `host:port`s that pass as they are.
 */
export function parseTarget(text: string, { base, trusted }: { base?: URL; trusted: ReadonlySet<string> }): Target | undefined {
  if (text.length > MAX_URL_LENGTH || DECEITFUL.test(text)) return undefined
  const url = URL.parse(text, base?.href)
  if (url === null || PORTS[url.protocol] === undefined || url.username !== '' || url.password !== '') return undefined
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const address = isIP(host) === 0 ? undefined : host
  if (trusted.has(url.host)) return { url, address }
  if (!PORTS[url.protocol]?.includes(url.port)) return undefined
  if (address === undefined ? !isPublicName(host) : !isPublicAddress(address)) return undefined
  return { url, address }
}

/** A name with a dot in it is looked up in the public tree; one without is a neighbour of this machine. */
function isPublicName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return name.includes('.') && !/(?:^|\.)(?:localhost|local|internal|home\.arpa)$/.test(name)
}
