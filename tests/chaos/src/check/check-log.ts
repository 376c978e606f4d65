import type { Stored, Violation } from './history.ts'

/** Positions of each shard and numbers of each channel have no hole and no repetition, and order events the same way. */
export function checkLog({ events, messages }: Stored): Violation[] {
  const shards = Map.groupBy(events, ({ shard }) => shard)
  const streams = Map.groupBy(events.filter(({ seq }) => seq !== null), ({ stream }) => stream)
  const numbered = new Set(events.flatMap(({ messageId, seq, type }) => (type === 'message_sent' ? [`${messageId} ${seq}`] : [])))
  return [
    ...[...shards].flatMap(([shard, own]) => holes(`shard ${shard}`, own.map(({ pos }) => pos))),
    ...[...streams].flatMap(([stream, own]) => {
      const byPosition = own.toSorted((a, b) => a.pos - b.pos).map(({ seq }) => Number(seq))
      const first = byPosition[0] === 1 ? [] : [{ rule: 'hole', detail: `${stream} begins with ${byPosition[0]}` }]
      return [...first, ...holes(stream, byPosition)]
    }),
    ...messages.filter(({ id, seq }) => !numbered.has(`${id} ${seq}`)).map(({ id, seq }) => ({ rule: 'not in the log', detail: `message ${id}, seq ${seq}` })),
  ]
}

/** The numbers are to be n, n + 1, n + 2 … in the order in which they are given; shards are given in any. */
function holes(where: string, numbers: readonly number[]): Violation[] {
  const ordered = where.startsWith('shard') ? numbers.toSorted((a, b) => a - b) : numbers
  return ordered.flatMap((number, index) => {
    const before = ordered[index - 1]
    if (before === undefined || number === before + 1) return []
    return [{ rule: number === before ? 'number twice' : 'hole', detail: `${where}: ${number} comes after ${before}` }]
  })
}
