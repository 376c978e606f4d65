import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** Whether an address is one of these addresses and networks (`10.0.0.0/8`, `::1`). IPv4 in IPv6 clothes is IPv4. */
export function addressMatcher(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (address) => {
    const plain = plainAddress(address)
    const family = isIP(plain)
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}

/** The address without an interface's name (`fe80::1%eth0`) and without the IPv6 form of an IPv4 address. */
export function plainAddress(address: string): string {
  const [plain = ''] = address.split('%')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  return mapped?.[1] ?? plain
}

/**
 * What counts as one address where requests are counted: of IPv6 the network of 64 bits, since whoever has one such
 * address has eighteen trillion of them.
 */
export function countedAddress(address: string): string {
  const plain = plainAddress(address)
  return isIP(plain) === 6 ? `${firstGroups(plain)}::/64` : plain
}

function firstGroups(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

const FORWARDING_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const

/** Whether a proxy that we were not told of passed the request on: then the address is the proxy's, not the client's. */
export function cameThroughUnknownProxy(request: FastifyRequest): boolean {
  const isTrusted = request.ips !== undefined && request.ips.length > 1
  return !isTrusted && FORWARDING_HEADERS.some((header) => request.headers[header] !== undefined)
}
