import { tell, type Signal, type SignalListener, type Signals, type SignalTopic } from './signals.ts'

/** Nodes that live in one process: for tests, and for what has one node only. */
export function createMemoryBus(): { join(listener: SignalListener): Signals } {
  const listeners = new Set<SignalListener>()
  return {
    join(listener) {
      listeners.add(listener)
      return {
        publish<T extends SignalTopic>(topic: T, signal: Signal<T>) {
          for (const other of listeners) {
            if (other === listener || other.drops(topic)) continue
            queueMicrotask(() => tell(other, topic, signal))
          }
        },
        async stop() {
          listeners.delete(listener)
        },
      }
    },
  }
}
