import type { Sight } from '@afrochat/auth'
import type { PlacedEvent } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import { readChange, type MembershipChange } from '../broker/membership-change.ts'
import type { Subscriber } from '../hub/subscriber.ts'
import { Batches } from './batches.ts'
import type { Watches } from './watches.ts'

export interface SightsDeps {
  readonly watches: Watches
  /** Of these, who may know whether whom is here; as the tables have it now. */
  readonly rightfulSights: (sights: readonly Sight[]) => Promise<readonly Sight[]>
  readonly onError: (error: unknown) => void
}

type Pair = `${UserId} ${UserId}`

const AT_ONCE = 2_000

const toPair = (viewer: UserId, id: UserId): Pair => `${viewer} ${id}`
function toSight(pair: Pair): Sight {
  // Made of two ids by `toPair` alone.
  const [viewer, id] = pair.split(' ') as [UserId, UserId]
  return { viewer, id }
}

/**
 * Who of this gateway may know whether whom is here. An event of the log that may take such a right away puts it in doubt:
 * from then on nothing is told by it, until the tables have been asked. Without an answer it stays in doubt.
 */
export class Sights {
  readonly #deps: SightsDeps
  readonly #doubts: Batches<Pair>
  /** Who became a guest by what was heard: the hub may not have delivered it yet. */
  readonly #guests = new Set<UserId>()

  constructor(deps: SightsDeps) {
    this.#deps = deps
    this.#doubts = new Batches({ size: AT_ONCE, handle: (pairs) => this.#check(pairs) })
  }

  isCertain({ member: { userId: viewer } }: Subscriber, id: UserId): boolean {
    return !this.#doubts.has(toPair(viewer, id))
  }

  /** Asks whether the viewer may; those of whom they may not know are watched no longer. False: it cannot be said now. */
  check(viewer: UserId, ids: Iterable<UserId>): Promise<boolean> {
    const pairs = [...ids].map((id) => toPair(viewer, id))
    this.#doubts.add(pairs)
    return this.#doubts.done(pairs)
  }

  /** Nobody knows what events there were. */
  doubtAll(): void {
    this.#doubt(this.#deps.watches.connections)
  }

  hear(event: PlacedEvent): void {
    try {
      const change = readChange(event)
      if (change !== undefined) this.#hearChange(change)
      if (event.type === 'channel_deleted' && event.workspace_id !== null) this.#doubt(this.#guestsOf(event.workspace_id))
    } catch {
      // What cannot be read may have taken any right away; that it could not be is told where events are delivered.
      this.doubtAll()
    }
  }

  stop(): void {
    this.#doubts.stop()
  }

  #hearChange(change: MembershipChange): void {
    switch (change.kind) {
      case 'workspace_left':
      case 'workspace_deleted':
        return this.#doubtAround(change.userId, () => true)
      case 'role_changed':
      case 'workspace_joined':
        if (change.role !== 'guest') return
        this.#guests.add(change.userId)
        return this.#doubt(this.#deps.watches.connectionsOf(change.userId))
      case 'channel_left':
        return this.#doubtAround(change.userId, (subscriber) => this.#isGuest(subscriber, change.workspaceId))
      // These take nothing away that has not been taken by another.
      case 'channel_joined':
      case 'signed_out':
        return
    }
  }

  /** What they see of others, and others of them, as far as it concerns these connections. */
  #doubtAround(userId: UserId, concerns: (subscriber: Subscriber) => boolean): void {
    const { watches } = this.#deps
    this.#doubt([...watches.connectionsOf(userId)].filter(concerns))
    this.#doubts.add([...watches.watchersOf(userId)].filter(concerns).map(({ member }) => toPair(member.userId, userId)))
  }

  #doubt(subscribers: Iterable<Subscriber>): void {
    for (const subscriber of subscribers) {
      this.#doubts.add([...this.#deps.watches.watchedBy(subscriber)].map((id) => toPair(subscriber.member.userId, id)))
    }
  }

  #guestsOf(workspaceId: WorkspaceId): Subscriber[] {
    return [...this.#deps.watches.connections].filter((subscriber) => this.#isGuest(subscriber, workspaceId))
  }

  #isGuest({ member }: Subscriber, workspaceId: WorkspaceId): boolean {
    return member.workspaces.get(workspaceId) === 'guest' || this.#guests.has(member.userId)
  }

  async #check(pairs: readonly Pair[]): Promise<boolean> {
    try {
      const rightful = new Set((await this.#deps.rightfulSights(pairs.map(toSight))).map(({ viewer, id }) => toPair(viewer, id)))
      for (const pair of pairs) {
        const { viewer, id } = toSight(pair)
        if (!rightful.has(pair)) this.#deps.watches.revoke(viewer, id)
      }
      return true
    } catch (error) {
      this.#deps.onError(error)
      return false
    }
  }
}
