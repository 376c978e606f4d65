import { CommandError, isMessageEvent, messageIdsOf, type Boot, type Channel, type ChannelId, type Client, type Connection, type ConnectionStatus, type Presence, type SyncEvent, type UserId } from '../index.ts'
import { ChatState } from './chat-state.ts'
import { cleanName } from './clean-text.ts'
import { renderTyping } from './render.ts'
import { Room } from './room.ts'
import type { Screen } from './screen.ts'
import { tell } from './tell.ts'
import { TypingNotice } from './typing-notice.ts'

export interface ChatOptions {
  readonly client: Client
  readonly boot: Boot
  readonly screen: Screen
  /** The session has ended, or the server does not want this client back. */
  readonly onEnd: (reason: string) => void
}

/** Messages shown when a channel is opened. */
export const SCREENFUL = 20
/** How long what one did oneself may take to come back as an event, before the next line is read. */
const ECHO_MS = 5_000

/** The terminal client without its terminal: where one is, what happens, and what of it is said on the screen. */
export class Chat {
  readonly client: Client
  readonly screen: Screen
  readonly state: ChatState
  readonly connection: Connection
  readonly #onEnd: (reason: string) => void
  readonly #typing = new TypingNotice((userIds) => this.#showTyping(userIds))
  #typers = ''
  /** Of those whom the open channel asks about. */
  readonly #presence = new Map<UserId, Presence>()
  #room: Room | null = null
  /** What happens is told one after the other, since telling it may need a look-up. */
  #queue: Promise<void> = Promise.resolve()
  #isBroken = false
  #isMarking = false
  /** What somebody marked unread while they look at it stays so until they come back to it. */
  #keptUnread: ChannelId | null = null
  readonly #waiting = new Set<() => void>()

  constructor({ client, boot, screen, onEnd }: ChatOptions) {
    this.client = client
    this.screen = screen
    this.state = new ChatState(boot)
    this.#onEnd = onEnd
    this.connection = client.connect({
      from: boot,
      onEvent: (event) => this.#enqueue(() => this.#take(event)),
      onTyping: ({ user_id, channel_id }) => {
        if (channel_id === this.#room?.channelId && user_id !== this.state.me) this.#typing.heard(user_id)
      },
      onPresence: ({ user_id, presence }) => {
        this.#presence.set(user_id, presence)
        this.refreshPrompt()
      },
      onStatus: (status) => this.#tellStatus(status),
      onProblem: (error) => this.complain(error),
    })
    // Nobody is at a pipe.
    if (!screen.isWatched) this.connection.setPresence('away')
  }

  get room(): Room | null {
    return this.#room
  }

  /** Whether the connection is away: what is said now is sent when it is back. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Goes to a channel and shows its newest messages. */
  async open(channel: Channel, count: number = SCREENFUL): Promise<void> {
    this.#typing.clear()
    const room = new Room(this, this.state.channel(channel.id) ?? channel)
    this.#room = room
    this.#keptUnread = null
    this.screen.print(this.screen.style.strong(`— ${cleanName(this.state.labelOf(channel))} —`))
    await room.enter(count)
    this.#watch(channel)
    this.#settle()
  }

  keepUnread(id: ChannelId): void {
    this.#keptUnread = id
  }

  /** Waits until what one did has come back as an event, so that it is on the screen before the next line is read. */
  async until(isDone: () => boolean): Promise<void> {
    if (isDone()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const check = (): void => {
      if (isDone()) resolve()
    }
    const timer = setTimeout(resolve, ECHO_MS)
    this.#waiting.add(check)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(check)
  }

  /** Says what went wrong. */
  complain(error: unknown): void {
    this.screen.print(this.screen.style.alert(`! ${cleanName(error instanceof Error ? error.message : String(error))}`))
  }

  /** Somebody is typing here. */
  typing(): void {
    this.connection.setPresence('active')
    if (this.#room !== null) this.connection.typing({ channel_id: this.#room.channelId })
  }

  close(): void {
    this.#typing.clear()
    this.connection.close()
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => this.complain(error))
  }

  async #take(event: SyncEvent): Promise<void> {
    const room = this.#room
    const before = isMessageEvent(event) ? messageIdsOf(event).flatMap((id) => room?.log.get(id) ?? []) : []
    const uncertain = this.state.apply(event)
    const after = room?.log.apply(event)
    if (event.type === 'message_sent') this.#typing.stopped(event.data.user_id)
    await tell(this, { event, before, after })
    if (this.state.isGone) return this.#onEnd('You are not in this workspace any more.')
    if (uncertain !== null) this.state.put(await this.client.getChannel({ channel_id: uncertain }))
    if (room !== null && room === this.#room) await this.#stayOrGo(room, event)
    this.#settle()
  }

  /** The open channel may be none of one's own any more, or may have to be read again. */
  async #stayOrGo(room: Room, event: SyncEvent): Promise<void> {
    const channel = this.state.channel(room.channelId)
    const [other] = this.state.channels()
    if (channel === undefined && other !== undefined) await this.open(other)
    else if (channel === undefined) this.#room = null
    else if (event.type === 'workspace_refreshed' && event.history === 'void') await this.open(channel)
  }

  #settle(): void {
    this.#markRead()
    this.refreshPrompt()
    for (const check of this.#waiting) check()
  }

  /** What somebody sees they have read. One mark at a time: the next one covers all that came meanwhile. */
  #markRead(): void {
    const channel = this.#room && this.state.channel(this.#room.channelId)
    if (!this.screen.isWatched || this.#isMarking || !channel || channel.unread_count === 0 || channel.id === this.#keptUnread) return
    this.#isMarking = true
    const seq = channel.last_seq
    this.connection.markRead({ channel_id: channel.id, seq })
      .then(() => this.state.markRead(channel.id, seq))
      .catch((error: unknown) => this.complain(error))
      .finally(() => {
        this.#isMarking = false
        this.refreshPrompt()
      })
  }

  /** In a direct message one sees how the other is. */
  #watch({ kind, user_ids }: Channel): void {
    const others = kind === 'dm' ? (user_ids ?? []).filter((id) => id !== this.state.me) : []
    this.connection.watchPresence(others).catch((error: unknown) => {
      // Then one does not see it, which is no reason to interrupt anybody.
      if (!(error instanceof CommandError)) this.complain(error)
    })
  }

  /** How the other person of the open direct message is; nothing where that is not known, or where there are more. */
  #other(): string {
    const here = this.#room && this.state.channel(this.#room.channelId)
    const [other, ...more] = here?.kind === 'dm' ? (here.user_ids ?? []).filter((id) => id !== this.state.me) : []
    return other === undefined || more.length > 0 ? '' : this.#presence.get(other) ?? ''
  }

  refreshPrompt(): void {
    const here = this.#room && this.state.channel(this.#room.channelId)
    const elsewhere = this.state.channels().filter(({ id, unread_count, muted }) => id !== here?.id && unread_count > 0 && !muted).length
    const parts = [
      this.#isBroken ? 'reconnecting…' : '',
      here ? cleanName(this.state.labelOf(here)) : 'no channel',
      this.#other(),
      elsewhere > 0 ? `unread in ${elsewhere} more` : '',
      this.#typers,
    ]
    this.screen.prompt(`${parts.filter((part) => part !== '').join(' · ')} > `)
  }

  #showTyping(userIds: readonly string[]): void {
    const { room } = this
    this.#typers = room === null ? '' : renderTyping(userIds.map((id) => room.context().nameOf(id)))
    this.refreshPrompt()
  }

  #tellStatus(status: ConnectionStatus): void {
    const { style } = this.screen
    if (status.state === 'waiting' && !this.#isBroken) {
      this.#isBroken = true
      this.screen.print(style.alert(`— the connection broke (${cleanName(status.reason)}): reconnecting… —`))
    }
    if (status.state === 'live' && this.#isBroken) {
      this.#isBroken = false
      this.screen.print(style.alert('— back —'))
    }
    if (status.state === 'signed-out') this.#onEnd('You have been signed out.')
    if (status.state === 'stopped') this.#onEnd(`The server ended the connection: ${cleanName(status.reason)}`)
    this.refreshPrompt()
  }
}
