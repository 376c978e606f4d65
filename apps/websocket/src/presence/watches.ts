import type { UserId } from '@afrochat/kernel'
import type { Subscriber } from '../hub/subscriber.ts'

const NOBODY: ReadonlySet<never> = new Set()

/** Which connections of this gateway watch whom. */
export class Watches {
  readonly #watched = new Map<Subscriber, ReadonlySet<UserId>>()
  readonly #watchers = new Map<UserId, Set<Subscriber>>()
  readonly #byViewer = new Map<UserId, Set<Subscriber>>()
  readonly #onForgotten: (userId: UserId) => void

  /** `onForgotten`: the last who watched this person does so no longer. */
  constructor(onForgotten: (userId: UserId) => void) {
    this.#onForgotten = onForgotten
  }

  /** In place of whom the connection watched before. */
  set(subscriber: Subscriber, ids: ReadonlySet<UserId>): void {
    const before = this.#watched.get(subscriber) ?? NOBODY
    if (ids.size === 0) this.#watched.delete(subscriber)
    else this.#watched.set(subscriber, ids)
    for (const id of ids) add(this.#watchers, id, subscriber)
    for (const id of before) if (!ids.has(id)) this.#unwatch(subscriber, id)
    const { userId } = subscriber.member
    if (ids.size === 0) remove(this.#byViewer, userId, subscriber)
    else add(this.#byViewer, userId, subscriber)
  }

  drop(subscriber: Subscriber): void {
    this.set(subscriber, NOBODY)
  }

  /** On none of their connections does the viewer watch this person any more. */
  revoke(viewer: UserId, id: UserId): void {
    for (const subscriber of [...this.#byViewer.get(viewer) ?? NOBODY]) {
      const left = new Set(this.watchedBy(subscriber))
      if (left.delete(id)) this.set(subscriber, left)
    }
  }

  watchedBy(subscriber: Subscriber): ReadonlySet<UserId> {
    return this.#watched.get(subscriber) ?? NOBODY
  }

  watchersOf(id: UserId): ReadonlySet<Subscriber> {
    return this.#watchers.get(id) ?? NOBODY
  }

  /** The connections of a user that watch anybody. */
  connectionsOf(viewer: UserId): ReadonlySet<Subscriber> {
    return this.#byViewer.get(viewer) ?? NOBODY
  }

  get connections(): Iterable<Subscriber> {
    return this.#watched.keys()
  }

  get people(): ReadonlyMap<UserId, ReadonlySet<Subscriber>> {
    return this.#watchers
  }

  #unwatch(subscriber: Subscriber, id: UserId): void {
    remove(this.#watchers, id, subscriber)
    if (!this.#watchers.has(id)) this.#onForgotten(id)
  }
}

function add<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([value]))
  else set.add(value)
}

function remove<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  set?.delete(value)
  if (set?.size === 0) sets.delete(key)
}
