import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@afrochat/logger'

/** Something that is done again and again. Any number of workers may do it at once: it is made so that this does no harm. */
export interface Round {
  readonly name: string
  readonly everyMs: number
  /** Called again at once while it says that there is more. */
  readonly run: () => Promise<'done' | 'more'>
}

export interface Rounds {
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/** A round that is done once an hour does not wait for an hour because something was away for a moment, at the start for one. */
const AGAIN_MS = 1_000

/** Begins all of them now. One that fails is told of once, and goes on: an outage is two lines a round. */
export function startRounds(rounds: readonly Round[], logger: Logger): Rounds {
  const stopping = new AbortController()
  const running = rounds.map((round) => goRound(round, logger, stopping.signal))
  return {
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

async function goRound({ name, everyMs, run }: Round, logger: Logger, signal: AbortSignal): Promise<void> {
  let isFailing = false
  while (!signal.aborted) {
    try {
      const outcome = await run()
      if (isFailing) logger.info({ round: name }, 'A round works again')
      isFailing = false
      if (outcome === 'more') continue
    } catch (error) {
      if (!isFailing) logger.warn({ round: name, err: error }, 'A round failed; it is tried again each time')
      isFailing = true
    }
    await delay(isFailing ? Math.min(everyMs, AGAIN_MS) : everyMs, undefined, { signal }).catch(() => undefined)
  }
}
