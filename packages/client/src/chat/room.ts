import { ChannelLog, type Channel, type ChannelId, type Client, type MessageId, type SharedMessage } from '../index.ts'
import type { ChatState } from './chat-state.ts'
import { knowPeople, unlessGone } from './know-people.ts'
import { renderDay, renderMessage, renderPreviews, type RenderContext, type Shown } from './render.ts'
import type { Screen } from './screen.ts'

export interface RoomDeps {
  readonly client: Client
  readonly state: ChatState
  readonly screen: Screen
}

/** The channel that is open: its messages, and which of them are on the screen. */
export class Room {
  readonly #deps: RoomDeps
  readonly channelId: ChannelId
  readonly log: ChannelLog
  /** Where earlier messages go on; null: there are none. */
  #earlier: string | null = null
  readonly #shown = new Set<MessageId>()
  #lastShownAt: string | undefined

  constructor(deps: RoomDeps, channel: Channel) {
    this.#deps = deps
    this.channelId = channel.id
    this.log = new ChannelLog(channel)
  }

  /** Reads and shows the newest messages. */
  async enter(count: number): Promise<void> {
    if (count > 0) await this.#showPage({ limit: count })
  }

  /** Reads and shows what was said before. False: nothing was. */
  async showEarlier(count: number): Promise<boolean> {
    if (this.#earlier === null) return false
    this.#lastShownAt = undefined
    await this.#showPage({ limit: count, cursor: this.#earlier })
    return true
  }

  /** Reads and shows a thread, its root first. Gives the `seq` of the last reply that was shown. */
  async showThread(root: Shown): Promise<number> {
    const { client } = this.#deps
    const replies = await this.log.load(async () => (await client.listReplies({ message_id: root.id, limit: 200 })).items)
    this.#lastShownAt = undefined
    await this.showAll([root, ...replies])
    return replies.at(-1)?.seq ?? root.seq
  }

  /** Shows a message that has come, unless it is on the screen or gone already. */
  async show(message: SharedMessage): Promise<void> {
    if (!this.#shown.has(message.id) && message.deleted_at === null) await this.showAll([message])
  }

  /** Shows one again, as it is now. */
  async showAgain(message: SharedMessage): Promise<void> {
    await this.showAll([message])
  }

  /** Says what the pages behind its links are. */
  showPreviews(message: SharedMessage): void {
    for (const line of renderPreviews(message, this.context().style)) this.#deps.screen.print(line)
  }

  isShown(id: MessageId): boolean {
    return this.#shown.has(id)
  }

  /** The last message here that fits. */
  findLast(fits: (message: SharedMessage) => boolean): SharedMessage | undefined {
    return this.log.all().findLast((message) => message.deleted_at === null && message.kind !== 'system' && fits(message))
  }

  /** The message with this number, on the screen or not. Replies are found once their thread was shown. */
  async findNumber(seq: number): Promise<SharedMessage | undefined> {
    const has = (messages: readonly SharedMessage[]) => messages.find((message) => message.seq === seq && message.deleted_at === null)
    const around = { channel_id: this.channelId, around: String(seq), limit: 1 }
    return has(this.log.all()) ?? has(await this.log.load(async () => (await this.#deps.client.listMessages(around)).items))
  }

  context(): RenderContext {
    const { state, screen: { style, timeZone } } = this.#deps
    return {
      style,
      me: state.me,
      handleOf: (id) => state.group(id)?.handle,
      nameOf: (id) => state.nameOf(id),
      seqOf: (id) => this.log.get(id as MessageId)?.seq, // Only looked up.
      ...(timeZone !== undefined && { timeZone }),
    }
  }

  async #showPage(query: { limit: number; cursor?: string }): Promise<void> {
    const newestFirst = await this.log.load(async () => {
      const page = await this.#deps.client.listMessages({ channel_id: this.channelId, ...query })
      this.#earlier = page.next_cursor
      return page.items
    })
    await this.showAll(newestFirst.toReversed())
  }

  /** Shows these, as they are now. */
  async showAll(messages: readonly Shown[]): Promise<void> {
    const full = await this.#withQuotes(messages)
    await knowPeople(this.#deps, full)
    for (const message of full) this.#print(message)
  }

  /** As they are now. What a reader may see of the messages behind links, no event carries: it is asked for. */
  async #withQuotes(messages: readonly Shown[]): Promise<Shown[]> {
    return Promise.all(messages.map(async (message) => {
      const present = this.log.get(message.id) ?? message
      if (present.quoted_message_ids.length === 0) return present
      const asked = message.quotes === undefined ? await unlessGone(this.#deps.client.getMessage({ message_id: message.id })) : message
      return { ...present, quotes: asked?.quotes ?? [] }
    }))
  }

  #print(message: Shown): void {
    const { screen } = this.#deps
    const context = this.context()
    const day = renderDay(this.#lastShownAt, message.created_at, context)
    if (day !== null) screen.print(day)
    for (const line of renderMessage(message, context)) screen.print(line)
    this.#lastShownAt = message.created_at
    this.#shown.add(message.id)
  }
}
