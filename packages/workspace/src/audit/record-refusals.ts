import type { Transact } from '@afrochat/database'
import type { Origin } from '@afrochat/kernel'
import { AdministrativeRefusal, type RefusedAct } from '../permissions/permission.errors.ts'
import { recordAudit } from './record-audit.ts'

/** The same refusal, again and again, is one entry a minute and process: nobody fills the log by knocking. */
const SILENCE_MS = 60_000
const MAX_REMEMBERED = 10_000

/** Runs an act; when it is an administrative one and is refused, that is written to the audit log before the refusal goes on. */
export type WatchRefusals = <T>(origin: Origin, act: () => Promise<T>) => Promise<T>

/** The entry has a transaction of its own: that of the act has been undone by then. */
export function watchRefusals(transact: Transact): WatchRefusals {
  const isNew = createMemory()

  return async (origin, act) => {
    try {
      return await act()
    } catch (error) {
      if (error instanceof AdministrativeRefusal && isNew(origin, error)) await record(transact, origin, error)
      throw error
    }
  }
}

/** `transact` for use cases: what they are refused is recorded. */
export function recordingRefusals(transact: Transact): Transact {
  const watch = watchRefusals(transact)
  return (origin, work) => watch(origin, () => transact(origin, work))
}

/** Without the idempotency key of the request: the next attempt is a new one. */
const record = (transact: Transact, { userId, requestId }: Origin, { act, code }: AdministrativeRefusal) =>
  transact({ userId, requestId }, ({ tx }) => recordAudit(tx, { userId, requestId }, {
    workspaceId: act.workspaceId, action: 'permission_denied', targetId: act.targetId, details: { attempted: act.action, code },
  }))

function createMemory() {
  const recordedAt = new Map<string, number>()

  return ({ userId }: Origin, { act }: AdministrativeRefusal): boolean => {
    const now = Date.now()
    const key = keyOf(userId, act)
    if (now - (recordedAt.get(key) ?? -Infinity) < SILENCE_MS) return false
    // The map keeps the order of insertion, so the first one is the one that has been silent longest.
    recordedAt.delete(key)
    recordedAt.set(key, now)
    const [first] = recordedAt.keys()
    if (recordedAt.size > MAX_REMEMBERED && first !== undefined) recordedAt.delete(first)
    return true
  }
}

const keyOf = (userId: Origin['userId'], { workspaceId, action, targetId }: RefusedAct) => [userId, workspaceId, action, targetId].join(' ')
