import { shardOf } from '@afrochat/contracts'
import { isDatabaseUnavailable, isUniqueViolation, type PlacedEvent } from '@afrochat/database'
import { postMessages, type PostDraft, type PostedBatch, type PostingConnection, type PostResult } from './post.repository.ts'

export interface PostingDeps {
  /** Its own connection: group commit needs one, and the shard's lock would make more of them wait for each other. */
  readonly posting: PostingConnection
  /** For the few posts whose channel is held by another transaction for long: these wait, and nobody else does. */
  readonly waiting: PostingConnection
  readonly shards: number
  readonly publish: (events: readonly PlacedEvent[]) => void
}

export interface PostingQueue {
  /** Resolves when the draft's batch is committed, or the draft was refused. Rejects when it is *unknown* whether it was committed. */
  post(draft: PostDraft): Promise<PostResult>
}

/** What one call takes at most: enough to spare commits, few enough that the first does not wait for the last. */
const MAX_BATCH = 128
/** So often a busy channel's post goes along with the next batch, before it waits by itself. */
const BUSY_ROUNDS = 3

interface Waiting {
  readonly draft: PostDraft
  readonly settle: PromiseWithResolvers<PostResult>
  rounds: number
}

/**
 * Group commit: one call of the database at a time for each shard, with all that came in while the last one was under
 * way. One post alone waits for nobody; sixty-four at once share a commit.
 */
export function createPostingQueue(deps: PostingDeps): PostingQueue {
  const lanes = new Map<number, ReturnType<typeof createLane>>()
  return {
    post(draft) {
      const shard = shardOf(draft.workspaceId, deps.shards)
      const lane = lanes.get(shard) ?? createLane(deps, shard)
      lanes.set(shard, lane)
      return lane.post(draft)
    },
  }
}

function createLane({ posting, waiting, publish }: PostingDeps, shard: number) {
  let queue: Waiting[] = []
  /** Drafts with a `client_msg_id` that are in the queue or under way: a repeat joins the first instead of colliding with it. */
  const pending = new Map<string, Waiting>()
  let running = false

  return { post }

  function post(draft: PostDraft): Promise<PostResult> {
    const key = draft.clientMsgId === null ? undefined : `${draft.userId}:${draft.clientMsgId}`
    const first = key === undefined ? undefined : pending.get(key)
    if (first !== undefined) return joinFirst(first, draft)
    const entry: Waiting = { draft, settle: Promise.withResolvers(), rounds: 0 }
    if (key !== undefined) {
      pending.set(key, entry)
      const forget = () => void pending.delete(key)
      entry.settle.promise.then(forget, forget)
    }
    queue.push(entry)
    if (!running) void run()
    return entry.settle.promise
  }

  async function run(): Promise<void> {
    running = true
    // A turn of the loop first: requests that were read from their sockets together are posted together.
    await new Promise(setImmediate)
    while (queue.length > 0) {
      const batch = queue.slice(0, MAX_BATCH)
      queue = queue.slice(MAX_BATCH)
      await postAll(posting, batch)
    }
    running = false
  }

  async function postAll(connection: PostingConnection, batch: readonly Waiting[]): Promise<void> {
    try {
      const isWaiting = connection === waiting
      const { results, events } = await postMessages(connection, { shard, wait: isWaiting }, batch.map(({ draft }) => draft))
      if (events.length > 0) publish(events)
      for (const [index, entry] of batch.entries()) settle(entry, results[index])
    } catch (error) {
      await postOneByOne(connection, batch, error)
    }
  }

  function settle(entry: Waiting, result: PostedBatch['results'][number] | undefined): void {
    if (result === undefined || result.verdict === 'busy') retryBusy(entry)
    else entry.settle.resolve({ ...result, verdict: result.verdict })
  }

  function retryBusy(entry: Waiting): void {
    entry.rounds += 1
    if (entry.rounds <= BUSY_ROUNDS) queue.push(entry)
    else void postAll(waiting, [entry])
  }

  /** One draft that the database refuses (a duplicate that a neighbouring process just committed, say) must not fail the others. */
  async function postOneByOne(connection: PostingConnection, batch: readonly Waiting[], error: unknown): Promise<void> {
    const [only, ...others] = batch
    if (only === undefined) return
    // A database that is away is away for all of them, and asking once more for each would only keep them waiting.
    if (isDatabaseUnavailable(error)) {
      for (const { settle } of batch) settle.reject(error)
    } else if (others.length > 0) {
      for (const entry of batch) await postAll(connection, [entry])
    } else if (only.rounds < ATTEMPTS && isUniqueViolation(error, 'messages_client_msg_id_key')) {
      only.rounds += 1
      await postAll(connection, batch)
    } else {
      only.settle.reject(error)
    }
  }
}

/** A duplicate that another process committed between the check and the insert is found by the check of the next attempt. */
const ATTEMPTS = 3

async function joinFirst(first: Waiting, draft: PostDraft): Promise<PostResult> {
  const result = await first.settle.promise
  if (result.verdict !== 'posted' && result.verdict !== 'duplicate') return result
  return { ...result, verdict: draft.bodyHash === first.draft.bodyHash ? 'duplicate' : 'idempotency_conflict' }
}
