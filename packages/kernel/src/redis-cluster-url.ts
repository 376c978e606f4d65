/** Where a Redis Cluster is: some of its nodes, which tell of the others, and how to sign in to all of them. */
export interface RedisClusterAddress {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly username: string
  readonly password: string
  readonly tls: boolean
}

const FORM = /^(rediss?)\+cluster:\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/?$/
const DEFAULT_PORT = 6379

/** Whether it says that it is one, readable or not. */
export const isRedisClusterUrl = (url: string): boolean => /^rediss?\+cluster:/.test(url)

/** Reads `redis+cluster://:password@node-1:6379,node-2:6379`, with `rediss` for TLS; undefined for what is of another form. */
export function readRedisClusterUrl(url: string): RedisClusterAddress | undefined {
  const [, scheme, login = '', list = ''] = FORM.exec(url) ?? []
  const signIn = URL.parse(`redis://${login}@node`)
  const nodes = list.split(',').map(readNode)
  if (scheme === undefined || signIn === null || !nodes.every((node) => node !== undefined)) return undefined
  return { nodes, username: decodeURIComponent(signIn.username), password: decodeURIComponent(signIn.password), tls: scheme === 'rediss' }
}

function readNode(text: string): RedisClusterAddress['nodes'][number] | undefined {
  const parsed = URL.parse(`redis://${text}`)
  if (parsed === null || parsed.hostname === '') return undefined
  // An IPv6 address stands in brackets in URLs only.
  return { host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'), port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port) }
}
