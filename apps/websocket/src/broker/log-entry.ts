import { blankMessagePayload, encodeLogCursor, isClientEventName, type Audience, type StreamKey } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { ChannelId, MessageId, WorkspaceId } from '@afrochat/kernel'
import { TextFrame } from '@afrochat/websocket'
import { payloadOf, readChange, type MembershipChange } from './membership-change.ts'
import { ownerOf, type StreamOwner } from './stream-parts.ts'

/** An event as the gateway holds it: what decides who gets it, and the frame, made once for all who do. */
export class LogEntry {
  readonly pos: number
  readonly stream: StreamKey
  readonly audience: Audience
  readonly owner: StreamOwner
  readonly change: MembershipChange | undefined
  /** Of an event on a workspace's stream about one of its channels: members of the channel learn of it by the channel's own stream. */
  readonly aboutChannel: ChannelId | undefined
  /** The channel that is there no longer: for all its members, if the event is on its own stream, or for everybody else. */
  readonly ends: ChannelId | undefined
  /** Whether clients may ever see it. Not: facts for the services, an import's events, and what only a newer version knows. */
  readonly isForClients: boolean
  /** Set when what decides about recipients could not be read. It goes to nobody, and memberships are no longer certain. */
  readonly fault: unknown
  readonly #event: PlacedEvent
  readonly #cursor: string
  #payload: string
  #frame: TextFrame | undefined

  constructor(event: PlacedEvent, epoch: string) {
    this.pos = event.pos
    this.stream = event.stream_key
    this.audience = event.audience
    this.owner = ownerOf(event.stream_key)
    this.#event = event
    this.#cursor = encodeLogCursor({ epoch, shard: event.shard, pos: event.pos })
    this.#payload = event.payload
    const { change, aboutChannel, ends, fault } = readRecipients(event, this.owner)
    this.change = change
    this.aboutChannel = aboutChannel
    this.ends = ends
    this.fault = fault
    this.isForClients = isClientEventName(event.type) && !event.imported && fault === undefined
  }

  /** What goes to everybody: the payload is put in as it is. */
  get frame(): TextFrame {
    return (this.#frame ??= this.#build())
  }

  get type(): string {
    return this.#event.type
  }

  /** Its place in its channel. */
  get seq(): number | null {
    return this.#event.seq
  }

  get workspaceId(): WorkspaceId | null {
    return this.#event.workspace_id
  }

  /** Roughly what it takes of memory. */
  get bytes(): number {
    return 2 * this.#event.payload.length + 512
  }

  /** The message whose words are in the payload. */
  get messageId(): MessageId | null {
    return this.#event.message_id
  }

  /** The messages of which an edit or deletion leaves no words in earlier events. */
  get replacedMessageIds(): readonly MessageId[] {
    switch (this.#event.type) {
      case 'message_updated': return [this.#event.message_id ?? payloadOf<'message_updated'>(this.#event).id]
      case 'message_deleted': return [payloadOf<'message_deleted'>(this.#event).id]
      case 'messages_bulk_deleted': return payloadOf<'messages_bulk_deleted'>(this.#event).ids
      default: return []
    }
  }

  /** Takes the words out: whoever gets it from now on gets the event, and its `seq`, without them. */
  blank(): void {
    this.#payload = blankMessagePayload(this.#payload)
    this.#frame = undefined
  }

  #build(): TextFrame {
    const { type, workspace_id: workspaceId, seq } = this.#event
    const workspace = workspaceId === null ? '' : `"workspace_id":"${workspaceId}",`
    const channel = this.owner.kind === 'channel' ? `"channel_id":"${this.owner.channelId}",` : ''
    const number = seq === null ? '' : `"seq":${seq},`
    return new TextFrame(`{"type":"${type}",${workspace}${channel}"cursor":"${this.#cursor}",${number}"data":${this.#payload}}`)
  }
}

interface Recipients {
  readonly change?: MembershipChange | undefined
  readonly aboutChannel?: ChannelId | undefined
  readonly ends?: ChannelId | undefined
  readonly fault?: unknown
}

function readRecipients(event: PlacedEvent, owner: StreamOwner): Recipients {
  try {
    const isAboutChannel = owner.kind === 'workspace' && event.type.startsWith('channel_')
    return {
      change: readChange(event),
      aboutChannel: isAboutChannel ? payloadOf<'channel_created'>(event).id : undefined,
      ends: event.type === 'channel_deleted' ? payloadOf<'channel_deleted'>(event).id : undefined,
    }
  } catch (fault) {
    return { fault }
  }
}

/** Blanks what an edit or deletion left behind in earlier entries of its stream. */
export function blankReplaced(by: LogEntry, earlier: Iterable<LogEntry>): void {
  const messageIds = new Set(by.replacedMessageIds)
  if (messageIds.size === 0) return
  for (const entry of earlier) {
    if (entry.messageId !== null && messageIds.has(entry.messageId) && entry.pos < by.pos) entry.blank()
  }
}
