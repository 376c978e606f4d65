import { decodeLogCursor, encodeLogCursor, type LogPosition } from '@afrochat/contracts'

interface Shard {
  readonly epoch: string
  /** Everything up to here that this connection may see has come. */
  floor: number
  /** What has come beyond the floor. Not just the greatest of it: one in between may have been lost. */
  readonly beyond: Set<number>
  last: number
}

/** `foreign`: not to be compared with what came before, because the log has begun a new life. */
export type Acceptance = 'new' | 'known' | 'foreign'

/** Which positions of the log have come, shard by shard: tells an event from its repetition, and where to resume. */
export class Positions {
  readonly #shards = new Map<number, Shard>()

  constructor(cursor?: string) {
    if (cursor !== undefined) this.startAt(cursor)
  }

  /** Notes the position of an event, and says whether it came for the first time. */
  accept(cursor: string): Acceptance {
    const [position, ...more] = decodeLogCursor(cursor) ?? []
    if (position === undefined || more.length > 0) return 'foreign'
    const shard = this.#shards.get(position.shard) ?? this.#start({ ...position, pos: position.pos - 1 })
    if (shard.epoch !== position.epoch) return 'foreign'
    if (position.pos <= shard.floor || shard.beyond.has(position.pos)) return 'known'
    shard.beyond.add(position.pos)
    shard.last = Math.max(shard.last, position.pos)
    return 'new'
  }

  /** Everything up to this cursor has been sent, and nothing of it was lost on the way. False: it is of another life of the log. */
  confirm(cursor: string): boolean {
    const positions = decodeLogCursor(cursor) ?? []
    for (const position of positions) {
      const shard = this.#shards.get(position.shard) ?? this.#start(position)
      if (shard.epoch !== position.epoch) return false
      raise(shard, position.pos)
    }
    return positions.length > 0
  }

  /** Where to go on; after a loss, from where nothing was lost yet. Undefined: nowhere yet. */
  cursor(after: 'last' | 'loss' = 'last'): string | undefined {
    const positions = [...this.#shards].map(([shard, { epoch, floor, last }]) => encodeLogCursor({ epoch, shard, pos: after === 'loss' ? floor : last }))
    return positions.length === 0 ? undefined : positions.join(',')
  }

  /** Begins anew from a cursor; shards that it does not name are forgotten. */
  startAt(cursor: string): void {
    this.#shards.clear()
    for (const position of decodeLogCursor(cursor) ?? []) this.#start(position)
  }

  /** Begins at this cursor with the shards that are not known yet. */
  startUnknown(cursor: string): void {
    for (const position of decodeLogCursor(cursor) ?? []) if (!this.#shards.has(position.shard)) this.#start(position)
  }

  #start({ shard, epoch, pos }: LogPosition): Shard {
    const started: Shard = { epoch, floor: pos, beyond: new Set(), last: pos }
    this.#shards.set(shard, started)
    return started
  }
}

function raise(shard: Shard, floor: number): void {
  if (floor <= shard.floor) return
  shard.floor = floor
  shard.last = Math.max(shard.last, floor)
  for (const pos of shard.beyond) if (pos <= floor) shard.beyond.delete(pos)
}

/** The earliest position of each shard among these cursors: from there on nothing of any of them is missed. */
export function earliest(cursors: readonly string[]): string {
  const byShard = Map.groupBy(cursors.flatMap((cursor) => decodeLogCursor(cursor) ?? []), ({ shard }) => shard)
  return [...byShard.values()].map((positions) => encodeLogCursor(positions.reduce((a, b) => (b.pos < a.pos ? b : a)))).join(',')
}
