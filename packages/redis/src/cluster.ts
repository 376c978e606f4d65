import { Cluster, type Redis, type RedisOptions } from 'ioredis'
import type { RedisClusterAddress } from '@afrochat/kernel'

export interface ClusterFacts {
  readonly address: RedisClusterAddress
  /** Of the connection to each node. */
  readonly node: Pick<RedisOptions, 'connectionName' | 'connectTimeout' | 'socketTimeout' | 'maxRetriesPerRequest' | 'autoResendUnfulfilledCommands'>
  readonly retryStrategy: (attempt: number) => number
  readonly subscribes: boolean
  readonly onError: (error: Error) => void
}

/** Whoever is told that a slot moved asks for the map; however many are told, it is asked for this often. */
const REFRESH_MS = 250
/** For the good-bye to a node that may be gone. */
const GOODBYE_MS = 500

/**
 * Behaves as a connection to one Redis does: a command fails at once while its node is away. ioredis would let it wait
 * for a connection to be made, in a partition two seconds for each command, and would queue what comes before it is ready.
 */
class FailFastCluster extends Cluster {
  /** Masters that could not be reached when last tried: the next command tries again, and does not wait for it. */
  readonly #away = new Set<string>()
  readonly #asking: ((error?: Error | null) => void)[] = []
  #refresh: NodeJS.Timeout | undefined
  #refreshedAt = -Infinity
  #isEnding = false

  constructor({ address, node, retryStrategy, subscribes, onError }: ClusterFacts) {
    super([...address.nodes], {
      redisOptions: { ...node, disconnectTimeout: GOODBYE_MS, username: address.username, password: address.password, ...(address.tls && { tls: {} }) },
      clusterRetryStrategy: retryStrategy,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      shardedSubscribers: subscribes,
      // A certificate is for a name; ioredis would connect to the address behind it.
      ...(address.tls && { dnsLookup: (host, callback) => callback(null, host) }),
    })
    let isAway = false
    const settle = () => {
      if (this.status === 'ready' && this.#away.size === 0) isAway = false
    }
    const tell = (error: Error) => {
      if (!isAway) onError(error)
      isAway = true
    }
    this.on('error', tell)
    this.on('node error', tell)
    // Also when it was refused at the start: a cluster that does not serve all of its slots is not used.
    this.on('close', () => void (this.#isEnding || tell(new Error('No connection to a Redis Cluster that serves all of its slots'))))
    this.on('ready', settle)
    this.on('reconnecting', () => this.#away.clear())
    this.on('refresh', () => {
      this.#forgetReplaced()
      settle()
    })
    this.on('+node', (redis: Redis) => this.#watch(redis, settle))
  }

  override sendCommand(...[command, stream, node]: Parameters<Cluster['sendCommand']>): unknown {
    // `cluster` is what it asks by itself, while it connects.
    if (this.status === 'ready' || command.name === 'cluster') return super.sendCommand(command, stream, node)
    command.reject(new Error('The Redis Cluster is away'))
    return command.promise
  }

  override disconnect(reconnect = false): void {
    this.#isEnding ||= !reconnect
    super.disconnect(reconnect)
  }

  override refreshSlotsCache(callback?: (error?: Error | null) => void): void {
    if (this.status === 'connecting') return super.refreshSlotsCache(callback)
    if (this.status !== 'ready') return
    if (callback !== undefined) this.#asking.push(callback)
    if (this.#refresh !== undefined) return
    this.#refresh = setTimeout(() => this.#refreshNow(), Math.max(0, this.#refreshedAt + REFRESH_MS - performance.now())).unref()
  }

  #refreshNow(): void {
    this.#refresh = undefined
    this.#refreshedAt = performance.now()
    const asking = this.#asking.splice(0)
    if (this.status === 'ready') super.refreshSlotsCache((error) => asking.forEach((answer) => answer(error)))
  }

  /** The first command to a node makes its connection and waits for it, unless the node is known to be away. */
  #watch(redis: Redis, settle: () => void): void {
    const key = `${redis.options.host}:${redis.options.port}`
    redis.options.enableOfflineQueue = !this.#away.has(key)
    redis.on('ready', () => {
      redis.options.enableOfflineQueue = false
      this.#away.delete(key)
      settle()
    })
    redis.on('close', () => this.#away.add(key))
  }

  /** Those whose slots another node has now: nobody asks for them any more. */
  #forgetReplaced(): void {
    if (this.#away.size === 0) return
    const owners = new Set(this.slots.map(([owner]) => owner))
    for (const key of this.#away) if (!owners.has(key)) this.#away.delete(key)
  }
}

export function createCluster(facts: ClusterFacts): Cluster {
  return new FailFastCluster(facts)
}

/** Whether every slot is served, as the cluster itself sees it. */
export async function checkCluster(cluster: Cluster): Promise<void> {
  if (cluster.status !== 'ready') throw new Error('The Redis Cluster is away')
  const info = String(await cluster.cluster('INFO'))
  if (!/^cluster_state:ok\r?$/m.test(info) || !/^cluster_slots_ok:16384\r?$/m.test(info)) throw new Error('The Redis Cluster does not serve all of its slots')
}
