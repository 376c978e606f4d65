import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventName, EventPayload, Audience, StreamKey } from '@afrochat/contracts'
import { shardOf } from '@afrochat/contracts'
import type { MessageId, Origin, WorkspaceId } from '@afrochat/kernel'
import type { Db, Tx } from './connect.ts'
import { insertEvents, type PlacedEvent, type UnplacedEvent } from './events.repository.ts'
import { claimKey, keepAnswer, type KeyedRequest } from './idempotency.ts'
import { isDeadlock } from './pg-errors.ts'

/** A fact to be stored with the change. Channels' events name the `seq` they took from the head. */
export type NewEvent = {
  [N in EventName]: {
    readonly type: N
    readonly stream: StreamKey
    readonly payload: EventPayload<N>
    readonly workspaceId: WorkspaceId | null
    readonly seq?: number
    readonly audience?: Audience
    /** The message whose words are in the payload: blanked here too when it is edited or deleted. */
    readonly messageId?: MessageId
    readonly imported?: boolean
  }
}[EventName]

export interface UnitOfWork {
  readonly tx: Tx
  /** Collects a durable event. All are stored last before COMMIT, because they take positions under the shard's lock, where every writer queues. */
  readonly emit: (event: NewEvent) => void
}

/**
 * Runs one use case in one transaction, stores its events with it and publishes them after COMMIT.
 * The work may run again (after a deadlock): it touches nothing but `tx` and `emit`.
 *
 * An origin with an idempotency key does its work once: the first answer is kept in the same transaction, as JSON, and
 * given again. It belongs to the first unit of work of a request, and must say all that the caller needs.
 */
export type Transact = <T>(origin: Origin, work: (uow: UnitOfWork) => Promise<T>) => Promise<T>

export interface TransactDeps {
  readonly db: Db
  readonly shards: number
  /** Called after COMMIT with the events and their positions. Must not throw and is not awaited: an answer never waits for Redis. */
  readonly publish: (events: readonly PlacedEvent[]) => void
}

/** Two transactions that lock the same rows crosswise: one is ended by PostgreSQL and may simply run again. */
const ATTEMPTS = 4

export function createTransact({ db, shards, publish }: TransactDeps): Transact {
  const open = new AsyncLocalStorage<true>()
  /** Origins whose key has had its unit of work: a request may have several, and the answer is the first one's. */
  const answered = new WeakSet<Origin>()

  return async (origin, work) => {
    // A second transaction would wait for a second connection while holding the first: that is how a pool deadlocks.
    if (open.getStore()) throw new Error('transact() called inside transact(): pass the Tx instead')

    for (let attempt = 1; ; attempt += 1) {
      try {
        const request = answered.has(origin) ? undefined : keyedRequest(origin)
        const { result, placed } = await open.run(true, () => runOnce({ db, shards, request }, origin, work))
        answered.add(origin)
        if (placed.length > 0) publish(placed)
        return result
      } catch (error) {
        if (attempt === ATTEMPTS || !isDeadlock(error)) throw error
      }
    }
  }
}

async function runOnce<T>(
  { db, shards, request }: Pick<TransactDeps, 'db' | 'shards'> & { readonly request: KeyedRequest | undefined },
  origin: Origin,
  work: (uow: UnitOfWork) => Promise<T>,
): Promise<{ result: T; placed: PlacedEvent[] }> {
  const events: UnplacedEvent[] = []
  return db.transaction().execute(async (tx) => {
    const earlier = request && (await claimKey(tx, request))
    // It was this work's answer once: the key stands for the same request.
    if (earlier !== undefined) return { result: earlier.answer as T, placed: [] }
    const result = await work({ tx, emit: (event) => void events.push(toRow(event, origin, shards)) })
    if (request !== undefined) await keepAnswer(tx, request, result)
    return { result, placed: events.length > 0 ? await insertEvents(tx, events) : [] }
  })
}

const keyedRequest = ({ userId, idempotency }: Origin): KeyedRequest | undefined =>
  userId === null || idempotency === undefined ? undefined : { ...idempotency, userId }

function toRow(event: NewEvent, origin: Origin, shards: number): UnplacedEvent {
  return {
    shard: shardOf(event.workspaceId, shards),
    stream_key: event.stream,
    seq: event.seq ?? null,
    workspace_id: event.workspaceId,
    audience: event.audience ?? 'all',
    type: event.type,
    message_id: event.messageId ?? null,
    payload: JSON.stringify(event.payload),
    actor_id: origin.userId,
    request_id: origin.requestId,
    imported: event.imported ?? false,
  }
}
