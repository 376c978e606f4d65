import type { LogPosition } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { EventRange } from '@afrochat/event-log'
import type { UserId } from '@afrochat/kernel'
import type { Places, Subscriptions } from '@afrochat/workspace'

/** What delivery reads from PostgreSQL: at a connection's beginning, and when memory does not reach back far enough. */
export interface Records {
  /** Memberships and the log's positions, in one snapshot. */
  readSubscriptions(userId: UserId): Promise<Subscriptions>
  /** Every workspace and channel that the user is in or ever was. */
  listPlaces(userId: UserId): Promise<Places>
  readEvents(range: EventRange): Promise<PlacedEvent[]>
  readLogPosition(shard: number): Promise<LogPosition>
}
