import { BlockList, isIP } from 'node:net'

/*
 * Which addresses may be asked on behalf of somebody. The whole of what is not a unicast address of the public Internet
 * is refused: this machine, its neighbours, the metadata services of clouds. Written down as what may be reached where
 * that is short (IPv6), as what may not where that is (IPv4); ranges after the IANA registries of special-purpose
 * addresses. A forgotten range is a hole into the operator's network, so think thrice before taking one out.
 */

const notPublic4 = listOf('ipv4', [
  ['0.0.0.0', 8],          // this host on this network
  ['10.0.0.0', 8],         // private
  ['100.64.0.0', 10],      // shared by a provider's customers; metadata of some clouds
  ['127.0.0.0', 8],        // this machine
  ['169.254.0.0', 16],     // link-local; metadata of most clouds
  ['172.16.0.0', 12],      // private
  ['192.0.0.0', 24],       // protocol assignments; metadata of Oracle's cloud
  ['192.0.2.0', 24],       // documentation
  ['192.88.99.0', 24],     // relays from 6to4
  ['192.168.0.0', 16],     // private
  ['198.18.0.0', 15],      // benchmarks
  ['198.51.100.0', 24],    // documentation
  ['203.0.113.0', 24],     // documentation
  ['224.0.0.0', 4],        // multicast
  ['240.0.0.0', 4],        // reserved, and the broadcast
  ['168.63.129.16', 32],   // public by its number, but on Azure the host beneath the machine
])

/** Outside of it are, besides all that is local, the forms that carry an IPv4 address: mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96). */
const public6 = listOf('ipv6', [['2000::', 3]])

const notPublic6 = listOf('ipv6', [
  ['2001::', 23],          // protocol assignments; Teredo, which carries an IPv4 address
  ['2001:db8::', 32],      // documentation
  ['2002::', 16],          // 6to4, which carries an IPv4 address
  ['3fff::', 20],          // documentation
])

/** Whether the text is an IP address of the public Internet. A name is none. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !notPublic4.check(address, 'ipv4')
  return family === 6 && public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6')
}

function listOf(family: 'ipv4' | 'ipv6', networks: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family)
  return list
}
