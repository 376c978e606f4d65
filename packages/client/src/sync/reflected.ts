import { decodeLogCursor, type Boot, type LogPosition } from '@afrochat/contracts'
import type { WireEvent, WorkspaceId } from './sync-event.ts'

/** Knows which events came too late: what they tell is already in the state that `/boot` answered. */
export class Reflected {
  readonly #positions = new Map<WorkspaceId, LogPosition[]>()

  /** The state of these workspaces is known, as these answers show it. */
  add(boots: readonly Boot[]): void {
    for (const { workspace, cursor } of boots) this.#positions.set(workspace.id, decodeLogCursor(cursor) ?? [])
  }

  /** Forgets the workspaces that are not among these. Gives those that it had known. */
  keepOnly(boots: readonly Boot[]): WorkspaceId[] {
    const present = new Set<string>(boots.map(({ workspace }) => workspace.id))
    const gone = [...this.#positions.keys()].filter((id) => !present.has(id))
    for (const id of gone) this.#positions.delete(id)
    return gone
  }

  has({ cursor, workspace_id }: WireEvent): boolean {
    const positions = this.#positions.get(workspace_id as WorkspaceId) // Only looked up.
    if (positions === undefined) return false
    const [event] = decodeLogCursor(cursor) ?? []
    return positions.some(({ epoch, shard, pos }) => epoch === event?.epoch && shard === event.shard && pos >= event.pos)
  }
}
