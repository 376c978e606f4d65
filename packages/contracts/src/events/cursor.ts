/** A place in the whole log: an epoch (a life of the log), a shard, and the position of one event in it. */
export interface LogPosition {
  readonly epoch: string
  readonly shard: number
  readonly pos: number
}

/** The cursor that clients keep and hand back. Opaque to them, not a secret: it shows nothing and opens nothing. */
export function encodeLogCursor({ epoch, shard, pos }: LogPosition): string {
  return `${epoch}.${shard}.${pos}`
}

const CURSOR = /^([0-9a-z]{1,32})\.([0-9]{1,4})\.([0-9]{1,16})$/

/** The positions of a cursor, one a shard (several are joined by `,`); undefined when it is not one. */
export function decodeLogCursor(text: string): LogPosition[] | undefined {
  const parts = text.split(',')
  if (parts.length > 64) return undefined
  const positions = parts.map(decodeOne)
  const valid = positions.filter((position) => position !== undefined)
  const shards = new Set(valid.map(({ shard }) => shard))
  return valid.length === parts.length && shards.size === parts.length ? valid : undefined
}

function decodeOne(text: string): LogPosition | undefined {
  const [, epoch, shard, pos] = CURSOR.exec(text) ?? []
  if (epoch === undefined || !Number.isSafeInteger(Number(pos))) return undefined
  return { epoch, shard: Number(shard), pos: Number(pos) }
}
