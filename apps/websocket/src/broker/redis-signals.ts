import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { newId } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import type { RedisFactory } from '@afrochat/redis'
import { TypingSignal, type SignalListener, type Signals } from './signals.ts'

export interface RedisSignalsOptions {
  readonly redis: RedisFactory
  readonly listener: SignalListener
  readonly logger: Logger
}

const CHANNEL = 'afrochat:signals'

/** What is published: with the node, so that it does not hear itself. */
const Envelope = Compile(Type.Object({ node: Type.String(), typing: TypingSignal }))

/** Nodes that share a Redis. While it is away signals do not leave the node. */
export function createRedisSignals({ redis, listener, logger }: RedisSignalsOptions): Signals {
  const node = newId()
  let isStopped = false
  const onError = (err: Error) => logger.debug({ err }, 'signals: no connection to Redis')
  const publisher = redis({ name: 'afrochat-signals-publisher', onError })
  const subscriber = redis({ name: 'afrochat-signals-subscriber', onError })

  // Also after a reconnection; subscribing twice is subscribing once.
  subscriber.on('ready', () => void subscriber.subscribe(CHANNEL).catch(onError))
  subscriber.on('message', (_channel, text) => {
    const envelope = read(text)
    if (!isStopped && envelope !== undefined && envelope.node !== node) listener(envelope.typing)
  })

  return {
    publish(typing) {
      if (isStopped || publisher.status !== 'ready') return
      publisher.publish(CHANNEL, JSON.stringify({ node, typing })).catch(onError)
    },
    async stop() {
      isStopped = true
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}

/** Anything may be published there by whoever reaches this Redis: what is no signal is passed over. */
function read(text: string): { readonly node: string; readonly typing: TypingSignal } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Envelope.Check(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
