import { checkLog } from './check-log.ts'
import { checkReaders } from './check-readers.ts'
import { checkSends, countRecovered } from './check-sends.ts'
import type { History, Violation } from './history.ts'

/** What is known of a run when it has been checked. */
export interface Verdict {
  /** None: every promise was kept. */
  readonly violations: readonly Violation[]
  readonly acknowledged: number
  /** Stored, though their writers never learned it: allowed. */
  readonly recovered: number
  /** Frames of messages, over all readers. */
  readonly received: number
  /** From the first attempt of a post to its frame, in milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number }
}

/** Compares what everybody saw with what is stored. */
export function checkHistory(history: History): Verdict {
  const latencies = latenciesOf(history)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    violations: [...checkSends(history), ...checkLog(history.stored), ...checkReaders(history)],
    acknowledged: history.sends.filter(({ outcome }) => outcome === 'acknowledged').length,
    recovered: countRecovered(history),
    received: latencies.length,
    latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
  }
}

function latenciesOf({ sends, readers }: History): number[] {
  const startedAt = new Map(sends.flatMap(({ message, startedAt }) => (message === null ? [] : [[message.id, startedAt] as const])))
  return readers.flatMap(({ connections }) => connections.flatMap(({ frames }) => frames.flatMap(({ type, messageId, at }) => {
    const from = type === 'message_sent' && messageId !== null ? startedAt.get(messageId) : undefined
    return from === undefined ? [] : [at - from]
  }))).toSorted((a, b) => a - b)
}
