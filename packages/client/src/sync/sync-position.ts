import type { Boot } from '@afrochat/contracts'
import { earliest } from '../socket/positions.ts'
import type { ChannelId } from './sync-event.ts'

/** Up to where an application has been told everything. Plain JSON: keep it, and hand it back as `from`. */
export interface SyncPosition {
  /** Of the log. */
  readonly cursor: string
  /** The last `seq` of each channel. */
  readonly seqs: Readonly<Record<string, number>>
}

/** From where a connection goes on: what `/boot` answered (for several workspaces, all of it), or a position that was kept. */
export type StartingPoint = Boot | readonly Boot[] | SyncPosition

/** The answers of `/boot` in it; none in a position that was kept. */
export function bootsOf(from: StartingPoint | undefined): readonly Boot[] {
  if (from === undefined || 'seqs' in from) return []
  return 'channels' in from ? [from] : from
}

export function toPosition(from: StartingPoint): SyncPosition {
  if ('seqs' in from) return from
  const boots = bootsOf(from)
  return {
    cursor: earliest(boots.map(({ cursor }) => cursor)),
    seqs: Object.fromEntries(boots.flatMap(({ channels }) => channels.map(({ id, last_seq }) => [id, last_seq]))),
  }
}

export function seqsOf({ seqs }: SyncPosition): Map<ChannelId, number> {
  // Keys of an object are plain strings again; these were ids when they went in.
  return new Map(Object.entries(seqs) as [ChannelId, number][])
}
