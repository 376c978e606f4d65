import { afterEach, describe, expect, it } from '@jest/globals'
import { newId, type UserId } from '@afrochat/kernel'
import type { Redis, RedisFactory } from '@afrochat/redis'
import { waitFor } from '@afrochat/test-support'
import type { PresenceSignal, SignalListener, Signals, SignalTopic, TypingSignal } from './signals.ts'

const aSignal = (second: number): TypingSignal => ({
  workspace_id: '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11' as TypingSignal['workspace_id'],
  user_id: '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d12' as TypingSignal['user_id'],
  channel_id: '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d13' as TypingSignal['channel_id'],
  thread_id: null,
  timestamp: new Date(second * 1000).toISOString(),
})

export interface CountedNodes {
  readonly redis: RedisFactory
  readonly open: (redis: RedisFactory, listener: SignalListener) => Signals
  /** How many listen to the last channel that a node subscribes to. */
  readonly listening: () => Promise<number>
}

/** Nodes that are counted: joining resolves when exactly those that are there listen, and the new one can publish. */
export function countedJoin({ redis, open, listening }: CountedNodes) {
  let nodes = 0
  const allListen = () => waitFor(async () => (await listening()) === nodes, { message: 'exactly the nodes that are there to listen' })
  return async (listener: SignalListener): Promise<Signals> => {
    // Those that stopped leave in their own time: until then one of them would be taken for the new one.
    await allListen()
    const connections: Redis[] = []
    const signals = open((options) => {
      const connection = redis(options)
      connections.push(connection)
      return connection
    }, listener)
    nodes += 1
    await allListen()
    await waitFor(() => connections.every(({ status }) => status === 'ready'), { message: 'the connection to publish over' })
    let isHere = true
    return {
      publish: signals.publish,
      async stop() {
        // A second disconnect would keep the process for two seconds: it waits for the end of what has ended.
        if (!isHere) return
        isHere = false
        nodes -= 1
        await signals.stop()
      },
    }
  }
}

/** What every implementation promises. `join` resolves when the node hears others. */
export function signalsContract(name: string, join: (listener: SignalListener) => Promise<Signals>): void {
  const nodes: Signals[] = []
  afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())))

  async function aNode() {
    const heard: (TypingSignal | PresenceSignal)[] = []
    const dropped = new Set<SignalTopic>()
    /** Topics of the signals that came, dropped or not. */
    const came: SignalTopic[] = []
    const hear = (signal: TypingSignal | PresenceSignal) => void heard.push(signal)
    const drops = (topic: SignalTopic) => {
      came.push(topic)
      return dropped.has(topic)
    }
    // That anybody may have changed is said at any time, wherever something may have been missed.
    const presence = (signal: PresenceSignal) => signal.user_ids !== 'all' && hear(signal)
    const signals = await join({ typing: hear, presence, drops })
    nodes.push(signals)
    return { signals, heard, dropped, came }
  }

  describe(`signals ${name}`, () => {
    it('reach every other node, and not the one that publishes them', async () => {
      const [one, two, three] = [await aNode(), await aNode(), await aNode()]
      one.signals.publish('typing', aSignal(1))
      two.signals.publish('typing', aSignal(2))
      await waitFor(() => three.heard.length === 2 && one.heard.length === 1 && two.heard.length === 1)
      expect([one.heard, two.heard]).toEqual([[aSignal(2)], [aSignal(1)]])
    })

    it('of a topic that is dropped are not heard, and those of another are', async () => {
      const [one, two] = [await aNode(), await aNode()]
      two.dropped.add('typing')
      one.signals.publish('typing', aSignal(1))
      const presences = [1, 2].map(() => ({ user_ids: [newId<UserId>()] }))
      for (const presence of presences) one.signals.publish('presence', presence)
      await waitFor(() => two.came.includes('typing') && two.heard.length === 2)
      // In no promised order.
      expect(two.heard).toEqual(expect.arrayContaining(presences))
      two.dropped.clear()
      one.signals.publish('typing', aSignal(2))
      await waitFor(() => two.heard.length === 3)
      expect(two.heard.at(-1)).toEqual(aSignal(2))
    })

    it('do not reach a node that has stopped, and publishing there harms nobody', async () => {
      const [one, two, three] = [await aNode(), await aNode(), await aNode()]
      await two.signals.stop()
      two.signals.publish('typing', aSignal(1))
      one.signals.publish('typing', aSignal(2))
      await waitFor(() => three.heard.some((signal) => 'timestamp' in signal && signal.timestamp === aSignal(2).timestamp))
      expect(two.heard).toEqual([])
    })
  })
}
