import { decodeLogCursor, type Boot, type LogPosition } from '@afrochat/contracts'
import type { WireEvent } from './sync-event.ts'

/** Knows which events came too late: what they tell is already in the state that `/boot` answered. */
export class Reflected {
  readonly #positions = new Map<string, LogPosition[]>()

  /** The state of these workspaces is known, as these answers show it. */
  add(boots: readonly Boot[]): void {
    for (const { workspace, cursor } of boots) this.#positions.set(workspace.id, decodeLogCursor(cursor) ?? [])
  }

  has({ cursor, workspace_id }: WireEvent): boolean {
    const positions = this.#positions.get(workspace_id ?? '')
    if (positions === undefined) return false
    const [event] = decodeLogCursor(cursor) ?? []
    return positions.some(({ epoch, shard, pos }) => epoch === event?.epoch && shard === event.shard && pos >= event.pos)
  }
}
