import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { newId } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import type { Redis, RedisFactory } from '@afrochat/redis'
import { signalCatalogue, tell, type Signal, type SignalListener, type Signals, type SignalTopic } from './signals.ts'

export interface RedisSignalsOptions {
  readonly redis: RedisFactory
  readonly listener: SignalListener
  readonly logger: Logger
}

// Object.keys gives strings; these are the keys of the catalogue.
const TOPICS = Object.keys(signalCatalogue) as SignalTopic[]
/** A channel for each topic, so that what is dropped is not even parsed. */
const channelOf = (topic: SignalTopic): string => `afrochat:signals:${topic}`
const topics: ReadonlyMap<string, SignalTopic> = new Map(TOPICS.map((topic) => [channelOf(topic), topic]))

const AGAIN_MS = 500
/** Presence that was not heard of stays wrong until somebody looks, while who typed has stopped by then. */
const ANYBODY: Signal<'presence'> = { user_ids: 'all' }

/** What is published: with the node, so that it does not hear itself. */
const envelopes = {
  typing: Compile(Type.Object({ node: Type.String(), signal: signalCatalogue.typing })),
  presence: Compile(Type.Object({ node: Type.String(), signal: signalCatalogue.presence })),
} as const satisfies Record<SignalTopic, unknown>

/**
 * Nodes that share a Redis. While it is away signals do not leave the node; afterwards everybody's presence is said to have
 * changed, once, to who may have missed it. Where the server can (Redis 7), they are published to a shard: in a cluster, an
 * ordinary publication goes to every node of it.
 */
export function createRedisSignals({ redis, listener, logger }: RedisSignalsOptions): Signals {
  const node = newId()
  let isStopped = false
  let isSharded = false
  let again: NodeJS.Timeout | undefined
  /** The others have not heard of somebody's presence. */
  let unsaid: NodeJS.Timeout | undefined
  const onError = (err: unknown) => logger.debug({ err }, 'signals: no connection to Redis')
  const publisher = redis({ name: 'afrochat-signals-publisher', onError })
  const subscriber = redis({ name: 'afrochat-signals-subscriber', onError, subscribes: true })

  publisher.on('ready', () => void canShard(publisher).then((can) => (isSharded = can), onError))
  // Also after a reconnection; subscribing twice is subscribing once. Nodes of two versions may publish in two ways.
  subscriber.on('ready', () => void subscribe())
  for (const event of ['message', 'smessage']) subscriber.on(event, (channel: string, text: string) => hear(channel, text))

  /** A part of a cluster may be away while the rest is ready: what fails is tried again, or this node would hear nothing of it for good. */
  async function subscribe(): Promise<void> {
    clearTimeout(again)
    try {
      await Promise.all([subscriber.subscribe(...topics.keys()), ...topics.keys().map((channel) => subscriber.ssubscribe(channel).catch(unlessUnknown))])
      // What was published before this is heard by nobody here.
      if (!isStopped) tell(listener, 'presence', ANYBODY)
    } catch (error) {
      onError(error)
      clearTimeout(again)
      if (!isStopped) again = setTimeout(() => void subscribe(), AGAIN_MS)
    }
  }

  function hear(channel: string, text: string): void {
    const topic = topics.get(channel)
    if (topic === undefined || isStopped || listener.drops(topic)) return
    const envelope = read(topic, text)
    if (envelope !== undefined && envelope.node !== node) tell(listener, topic, envelope.signal)
  }

  function publish<T extends SignalTopic>(topic: T, signal: Signal<T>): void {
    if (isStopped) return
    if (publisher.status !== 'ready') return makeUp(topic)
    const text = JSON.stringify({ node, signal })
    ;(isSharded ? publisher.spublish(channelOf(topic), text) : publisher.publish(channelOf(topic), text)).catch((error: unknown) => {
      onError(error)
      makeUp(topic)
    })
  }

  function makeUp(topic: SignalTopic): void {
    if (isStopped || topic !== 'presence') return
    unsaid ??= setTimeout(() => {
      unsaid = undefined
      publish('presence', ANYBODY)
    }, AGAIN_MS)
  }

  return {
    publish,
    async stop() {
      isStopped = true
      clearTimeout(again)
      clearTimeout(unsaid)
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}

/** A server without sharded pub/sub is done without it. */
function unlessUnknown(error: unknown): void {
  if (!(error instanceof Error) || !/unknown command/i.test(error.message)) throw error
}

/** A server that does not know the command answers null in its place. */
async function canShard(redis: Redis): Promise<boolean> {
  const answer = await redis.call('COMMAND', 'INFO', 'SPUBLISH')
  return Array.isArray(answer) && Array.isArray(answer[0])
}

interface Envelope<T extends SignalTopic> {
  readonly node: string
  readonly signal: Signal<T>
}

/** Anything may be published there by whoever reaches this Redis: what is no signal is passed over. */
function read<T extends SignalTopic>(topic: T, text: string): Envelope<T> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // Checked against the schema of its topic.
    return envelopes[topic].Check(value) ? (value as Envelope<T>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
