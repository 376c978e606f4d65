import type { Audience, EventName, StreamKey } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

/** The Redis stream that holds the tail of a shard. The braces are its hash tag: all keys of one shard are in one slot. */
export const tailKey = (epoch: string, shard: number): string => `ev:{${epoch}:${shard}}`

type Header = readonly [
  streamKey: StreamKey, seq: number | null, workspaceId: WorkspaceId | null, audience: Audience, type: EventName,
  messageId: MessageId | null, actorId: UserId | null, requestId: string | null, imported: 0 | 1,
]

/** What routing needs is apart from the payload, which goes into frames as it is and is never parsed on the way. */
export function toEntry(event: PlacedEvent): [header: string, payload: string] {
  const header: Header = [
    event.stream_key, event.seq, event.workspace_id, event.audience, event.type,
    event.message_id, event.actor_id, event.request_id, event.imported ? 1 : 0,
  ]
  return [JSON.stringify(header), event.payload]
}

/** Reads an entry that `toEntry` wrote; undefined for anything else, which the reader then takes from PostgreSQL. */
export function fromEntry(shard: number, [id, fields]: [id: string, fields: string[]]): PlacedEvent | undefined {
  const pos = Number.parseInt(id, 10)
  const [, header, , payload] = fields
  if (header === undefined || payload === undefined || fields[0] !== 'h' || fields[2] !== 'd') return undefined
  const parts = parseHeader(header)
  if (parts === undefined) return undefined
  const [stream_key, seq, workspace_id, audience, type, message_id, actor_id, request_id, imported] = parts
  return { shard, pos, stream_key, seq, workspace_id, audience, type, message_id, payload, actor_id, request_id, imported: imported === 1 }
}

function parseHeader(header: string): Header | undefined {
  try {
    const parts: unknown = JSON.parse(header)
    // Written by toEntry of this or a neighbouring version: the number of parts tells whether it is ours.
    return Array.isArray(parts) && parts.length === 9 ? (parts as unknown as Header) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
