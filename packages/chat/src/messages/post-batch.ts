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
  const lanes = new Map<number, Lane>()
  return {
    post(draft) {
      const shard = shardOf(draft.workspaceId, deps.shards)
      const lane = lanes.get(shard) ?? new Lane(deps, shard)
      lanes.set(shard, lane)
      return lane.post(draft)
    },
  }
}

/** What no two drafts of one call have in common: the database judges each of them by what is there before the call. */
function keysOf({ userId, clientMsgId, draftId }: PostDraft): string[] {
  return [...(clientMsgId === null ? [] : [`message:${userId}:${clientMsgId}`]), ...(draftId === null ? [] : [`draft:${draftId}`])]
}

/** A duplicate that another process committed between the check and the insert is found by the check of the next attempt. */
const ATTEMPTS = 3

/** The posts of one shard. */
class Lane {
  readonly #deps: PostingDeps
  readonly #shard: number
  #queue: Waiting[] = []
  /** Drafts that are in the queue or under way, by what they have to themselves: a repeat joins the first instead of colliding with it. */
  readonly #pending = new Map<string, Waiting>()
  #isRunning = false

  constructor(deps: PostingDeps, shard: number) {
    this.#deps = deps
    this.#shard = shard
  }

  post(draft: PostDraft): Promise<PostResult> {
    const keys = keysOf(draft)
    const first = keys.map((key) => this.#pending.get(key)).find((entry) => entry !== undefined)
    if (first !== undefined) return this.#afterFirst(first, draft)
    const entry: Waiting = { draft, settle: Promise.withResolvers(), rounds: 0 }
    for (const key of keys) this.#remember(key, entry)
    this.#queue.push(entry)
    if (!this.#isRunning) void this.#run()
    return entry.settle.promise
  }

  #remember(key: string, entry: Waiting): void {
    this.#pending.set(key, entry)
    const forget = () => void this.#pending.delete(key)
    entry.settle.promise.then(forget, forget)
  }

  async #afterFirst(first: Waiting, draft: PostDraft): Promise<PostResult> {
    if (draft.clientMsgId === null || draft.clientMsgId !== first.draft.clientMsgId) {
      await first.settle.promise.catch(() => undefined)
      return this.post(draft)
    }
    const result = await first.settle.promise
    // A refusal of the first says nothing about this one, which may be for another channel.
    if (result.verdict !== 'posted' && result.verdict !== 'duplicate') return this.post(draft)
    return { ...result, verdict: draft.bodyHash === first.draft.bodyHash ? 'duplicate' : 'idempotency_conflict' }
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // A turn of the loop first: requests that were read from their sockets together are posted together.
    await new Promise(setImmediate)
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, MAX_BATCH)
      this.#queue = this.#queue.slice(MAX_BATCH)
      await this.#postAll(this.#deps.posting, batch)
    }
    this.#isRunning = false
  }

  async #postAll(connection: PostingConnection, batch: readonly Waiting[]): Promise<void> {
    try {
      const call = { shard: this.#shard, wait: connection === this.#deps.waiting }
      const { results, events } = await postMessages(connection, call, batch.map(({ draft }) => draft))
      if (events.length > 0) this.#deps.publish(events)
      for (const [index, entry] of batch.entries()) this.#settle(entry, results[index])
    } catch (error) {
      await this.#postOneByOne(connection, batch, error)
    }
  }

  #settle(entry: Waiting, result: PostedBatch['results'][number] | undefined): void {
    if (result === undefined || result.verdict === 'busy') this.#retryBusy(entry)
    else entry.settle.resolve({ ...result, verdict: result.verdict })
  }

  #retryBusy(entry: Waiting): void {
    entry.rounds += 1
    if (entry.rounds <= BUSY_ROUNDS) this.#queue.push(entry)
    else void this.#postAll(this.#deps.waiting, [entry])
  }

  /** One draft that the database refuses (a duplicate that a neighbouring process just committed, say) must not fail the others. */
  async #postOneByOne(connection: PostingConnection, batch: readonly Waiting[], error: unknown): Promise<void> {
    const [only, ...others] = batch
    if (only === undefined) return
    // A database that is away is away for all of them, and asking once more for each would only keep them waiting.
    if (isDatabaseUnavailable(error)) {
      for (const { settle } of batch) settle.reject(error)
    } else if (others.length > 0) {
      for (const entry of batch) await this.#postAll(connection, [entry])
    } else if (only.rounds < ATTEMPTS && isUniqueViolation(error, 'messages_client_msg_id_key')) {
      only.rounds += 1
      await this.#postAll(connection, batch)
    } else {
      only.settle.reject(error)
    }
  }
}
