import type { SignalListener, Signals } from './signals.ts'

/** Nodes that live in one process: for tests, and for what has one node only. */
export function createMemoryBus(): { join(listener: SignalListener): Signals } {
  const listeners = new Set<SignalListener>()
  return {
    join(listener) {
      listeners.add(listener)
      return {
        publish(signal) {
          for (const other of listeners) if (other !== listener) queueMicrotask(() => other(signal))
        },
        async stop() {
          listeners.delete(listener)
        },
      }
    },
  }
}
