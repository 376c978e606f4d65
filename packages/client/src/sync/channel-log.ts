import type { Boot, Channel, Message, SharedMessage } from '@afrochat/contracts'
import { applyEvent, messageIdsOf } from './apply-event.ts'
import { toShared } from './mended-events.ts'
import { isMessageEvent, type ChannelId, type MessageEvent, type MessageId, type SyncEvent, type WorkspaceId } from './sync-event.ts'

/**
 * The messages of one channel, kept up to date by the events of a connection. Holds what it was given: earlier history
 * is added as it is read. What it holds is what the API would answer.
 */
export class ChannelLog {
  readonly channelId: ChannelId
  readonly #workspaceId: WorkspaceId
  /** Every later message comes by events. */
  #start: number
  readonly #messages = new Map<MessageId, SharedMessage>()
  #loads = 0
  /** Events about messages that are not here, kept while history that may hold these messages is being read. */
  #missed: MessageEvent[] = []

  constructor({ id, workspace_id, last_seq }: Pick<Channel, 'id' | 'workspace_id' | 'last_seq'>) {
    this.channelId = id
    this.#workspaceId = workspace_id
    this.#start = last_seq
  }

  /** The message after the event; undefined when the event is not about one message that is held here. */
  apply(event: SyncEvent): SharedMessage | undefined {
    if (event.type === 'workspace_refreshed' && event.history === 'void') this.#restart(event.data)
    if (!isMessageEvent(event) || event.data.channel_id !== this.channelId) return undefined
    const changed = messageIdsOf(event).map((id) => this.#change(id, event))
    if (this.#loads > 0 && changed.includes(undefined)) this.#missed.push(event)
    return event.type === 'messages_bulk_deleted' ? undefined : changed[0]
  }

  /** Adds history: what `load` reads is joined with the events that come while it reads. Gives what was read. */
  async load(load: () => Promise<readonly Message[]>): Promise<readonly Message[]> {
    this.#loads += 1
    try {
      const messages = await load()
      for (const message of messages) this.#add(message)
      return messages
    } finally {
      this.#loads -= 1
      if (this.#loads === 0) this.#missed = []
    }
  }

  get(id: MessageId): SharedMessage | undefined {
    return this.#messages.get(id)
  }

  /** Everything held, tombstones and replies included, in the order of the channel. */
  all(): SharedMessage[] {
    return [...this.#messages.values()].toSorted((a, b) => a.seq - b.seq)
  }

  /** What the channel shows: no replies but those sent to the channel too, and of deleted messages those that replies hang on. */
  history(): SharedMessage[] {
    return this.all().filter(({ thread_id, also_in_channel, deleted_at, reply_count }) =>
      (thread_id === null || also_in_channel) && (deleted_at === null || reply_count > 0))
  }

  /** The replies that are held of a thread. */
  replies(rootId: MessageId): SharedMessage[] {
    return this.all().filter(({ thread_id, deleted_at }) => thread_id === rootId && deleted_at === null)
  }

  #change(id: MessageId, event: MessageEvent): SharedMessage | undefined {
    const after = applyEvent(this.#messages.get(id), event)
    if (after === undefined || (after.seq <= this.#start && !this.#messages.has(id))) return undefined
    this.#messages.set(id, after)
    return after
  }

  #add(message: Message): void {
    const known = this.#messages.get(message.id)
    if (known !== undefined && known.change_seq >= message.change_seq) return
    const missed = this.#missed.filter((event) => messageIdsOf(event).includes(message.id))
    this.#messages.set(message.id, missed.reduce((state, event) => applyEvent(state, event) ?? state, toShared(message)))
  }

  /** The log of the server has begun a new life: nothing that is held here is known to be true. */
  #restart(boot: Boot): void {
    if (boot.workspace.id !== this.#workspaceId) return
    this.#messages.clear()
    this.#missed = []
    this.#start = boot.channels.find(({ id }) => id === this.channelId)?.last_seq ?? 0
  }
}
