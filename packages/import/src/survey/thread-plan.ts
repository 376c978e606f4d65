import type { NoticeBook } from '../report/notices.ts'
import type { ReadMessage } from '../slack/read-message.ts'

/** What the replies to a message make of it. */
export interface ThreadSummary {
  count: number
  /** Keys of the first ten who replied, in that order. */
  readonly authors: string[]
  lastUs: number
}

/** Which message of a channel replies to which, by their times in µs: all that must be known before the first is stored. */
export interface ThreadPlan {
  /** Messages, each time once. */
  readonly messages: number
  readonly replies: number
  readonly threads: number
  /** 0 without messages. */
  readonly oldestUs: number
  readonly newestUs: number
  /** The first message of the thread that a message is in; undefined: it is in none. */
  rootOf(us: number): number | undefined
  repliesTo(us: number): ThreadSummary | undefined
}

/** Faces that a client shows beside a thread. */
const MAX_AUTHORS = 10

/** Takes the messages of a channel one by one, in any order; some 150 bytes of each stay. */
export class ThreadPlanner {
  readonly #threadOf = new Map<number, number | undefined>()
  readonly #authorOf = new Map<number, string>()
  readonly #deleted = new Set<number>()

  /** False when the channel has a message of this time already: then it is a copy of it. */
  add({ us, threadUs, isDeleted }: Pick<ReadMessage, 'us' | 'threadUs' | 'isDeleted'>, author: string): boolean {
    if (this.#threadOf.has(us)) return false
    this.#threadOf.set(us, threadUs)
    if (threadUs !== undefined) this.#authorOf.set(us, author)
    if (isDeleted) this.#deleted.add(us)
    return true
  }

  plan(notices: NoticeBook): ThreadPlan {
    const roots = new Map<number, number>()
    const threads = new Map<number, ThreadSummary>()
    const times = Float64Array.from(this.#threadOf.keys()).sort()
    for (const us of times) {
      const root = this.#findRoot(us, notices)
      if (root === undefined) continue
      roots.set(us, root)
      if (!this.#deleted.has(us)) summarize(threads, { root, us, author: this.#authorOf.get(us) ?? '' })
    }
    return {
      messages: times.length,
      replies: roots.size,
      threads: threads.size,
      oldestUs: times[0] ?? 0,
      newestUs: times.at(-1) ?? 0,
      rootOf: (us) => roots.get(us),
      repliesTo: (us) => threads.get(us),
    }
  }

  /**
   * Threads have one level: who replies to a reply replies to what that one replies to. One that has lost its root is
   * a root itself. Each step leads back in time, so it ends.
   */
  #findRoot(us: number, notices: NoticeBook): number | undefined {
    const named = this.#threadOf.get(us)
    if (named === undefined) return undefined
    let root = us
    for (let next: number | undefined = named; next !== undefined && next < root && this.#threadOf.has(next); next = this.#threadOf.get(next)) root = next
    if (root === us) {
      notices.note('reply_without_root', String(us / 1_000_000))
      return undefined
    }
    if (root !== named) notices.note('reply_to_reply', String(us / 1_000_000))
    return root
  }
}

function summarize(threads: Map<number, ThreadSummary>, { root, us, author }: { root: number; us: number; author: string }): void {
  const summary = threads.get(root) ?? { count: 0, authors: [], lastUs: 0 }
  summary.count += 1
  summary.lastUs = us
  if (summary.authors.length < MAX_AUTHORS && !summary.authors.includes(author)) summary.authors.push(author)
  threads.set(root, summary)
}
