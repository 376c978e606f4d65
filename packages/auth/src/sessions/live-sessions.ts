import { LRUCache } from 'lru-cache'
import type { SessionId } from '@afrochat/kernel'
import type { LogView } from '../ports.ts'

export interface LiveSessionsDeps {
  /** Reads when the session ends if nobody uses it; undefined when it has ended. */
  readonly readEnd: (id: SessionId) => Promise<Date | undefined>
  readonly log: LogView
}

/** Which sessions are alive, without asking the database at every request. */
export interface LiveSessions {
  isLive(id: SessionId): boolean | Promise<boolean>
  /** These have ended: from now on, and whatever is being read at this moment, they are dead. */
  forget(ids: readonly SessionId[]): void
  /** Nothing remembered is worth anything any more. */
  forgetAll(): void
}

/** Some 150 bytes each. One that fell out is read again. */
const REMEMBERED = 100_000

/**
 * Remembers sessions read as alive until the log says that they were revoked. Only while this process follows the log:
 * when it lags, every request reads the table.
 */
export function createLiveSessions({ readEnd, log }: LiveSessionsDeps): LiveSessions {
  const ends = new LRUCache<SessionId, number>({ max: REMEMBERED })
  const reads = new Map<SessionId, Promise<boolean>>()

  return {
    isLive(id) {
      if (!log.isFresh()) return readOnce(id)
      // Past the end that was read, the session may have been used and live longer: read again.
      if ((ends.get(id) ?? 0) > Date.now()) return true
      // Requests that come meanwhile wait for the same read.
      return reads.get(id) ?? startRead(id)
    },
    forget(ids) {
      for (const id of ids) {
        ends.delete(id)
        reads.delete(id)
      }
    },
    forgetAll() {
      ends.clear()
      reads.clear()
    },
  }

  async function readOnce(id: SessionId): Promise<boolean> {
    return (await readEnd(id)) !== undefined
  }

  function startRead(id: SessionId): Promise<boolean> {
    const read: Promise<boolean> = remember()
    reads.set(id, read)
    return read

    async function remember(): Promise<boolean> {
      // Not before it is in the map: whatever happens then can find it there.
      await Promise.resolve()
      try {
        const end = await readEnd(id)
        // Forgotten while it was being read: the answer is of before the revocation, and would be believed for long.
        if (reads.get(id) !== read) return await readOnce(id)
        if (end !== undefined) ends.set(id, end.getTime())
        return end !== undefined
      } finally {
        if (reads.get(id) === read) reads.delete(id)
      }
    }
  }
}
