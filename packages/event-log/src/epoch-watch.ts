import { setTimeout as delay } from 'node:timers/promises'
import { readLogPosition, type Db } from '@afrochat/database'
import type { Report } from './report.ts'

/** A new epoch begins at a restore, which is rare; whoever writes into an old tail meanwhile does no harm, the keeper fills the new one. */
const INTERVAL_MS = 1_000

/** The log's present epoch, as this process knows it; undefined until it was read for the first time. */
export interface EpochWatch {
  current(): string | undefined
  stop(): Promise<void>
}

export function watchEpoch(db: Db, report: Report): EpochWatch {
  const stopping = new AbortController()
  let epoch: string | undefined
  const running = watch()
  return {
    current: () => epoch,
    stop: async () => {
      stopping.abort()
      await running
    },
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        epoch = (await readLogPosition(db, 0)).epoch
      } catch (error) {
        report.failed('epoch', error)
      }
      await delay(INTERVAL_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }
}
