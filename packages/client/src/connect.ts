import type { ClientFrameData, DevicePresence, SentMessage, ServerFrameData, UserPresence } from '@afrochat/contracts'
import { newClientMsgId } from './http/client-msg-id.ts'
import type { HttpClient } from './http/http-client.ts'
import { Commands } from './socket/commands.ts'
import { PresenceLine } from './socket/presence-line.ts'
import { ReconnectingSocket, type ConnectionStatus } from './socket/reconnecting-socket.ts'
import { Sync } from './sync/sync.ts'
import type { SyncEvent, UserId } from './sync/sync-event.ts'
import { toPosition, type StartingPoint, type SyncPosition } from './sync/sync-position.ts'

export interface ConnectOptions {
  /**
   * The state that the events go on from: what `boot` answered, or a position that was kept. Without it events come from
   * now on, and a gap before the first one of a channel is not noticed.
   */
  readonly from?: StartingPoint
  /** Each durable event once, in order within its channel; what was missed is mended. Apply them as they come. */
  readonly onEvent: (event: SyncEvent) => void
  readonly onTyping?: (typing: ServerFrameData<'user_typing'>) => void
  /** How somebody is whom `watchPresence` asked about: as it answers, after every reconnection, and whenever it changes. */
  readonly onPresence?: (presence: UserPresence) => void
  readonly onStatus?: (status: ConnectionStatus) => void
  /** A fault that the connection survives, of the server's or of a callback. Default: to the console. */
  readonly onProblem?: (error: unknown) => void
}

/** How long a command may take. */
export interface WaitOptions {
  /** Milliseconds, reconnecting included; default 30,000. */
  readonly timeoutMs?: number
}

/** A connection that mends itself, until `close`. */
export interface Connection {
  readonly status: ConnectionStatus
  /** Up to where the application has been told everything; undefined before anything is known. Keep it to go on from there after a restart. */
  readonly position: SyncPosition | undefined
  /**
   * As `client.sendMessage`, without a request of its own. Sent again after the connection broke, never twice. Rejects with
   * `CommandError`; of `frame_too_large` (64 KiB, which the longest messages need) `client.sendMessage` takes care.
   */
  sendMessage(input: ClientFrameData<'send_message'>, options?: WaitOptions): Promise<SentMessage>
  /** Marks a channel read up to a `seq`. Sent again after the connection broke. */
  markRead(input: ClientFrameData<'mark_read'>, options?: WaitOptions): Promise<void>
  /** Says that this person is typing. Call it at every key: it is sent every three seconds at most, and never later. */
  typing(input: ClientFrameData<'typing'>): void
  /**
   * Says whether anybody is at this device. `active`: call it at every key and touch, it is sent once a minute at most.
   * `away`: when the screen is locked, or nothing was touched for ten minutes. Said again on every connection.
   */
  setPresence(presence: DevicePresence): void
  /**
   * Watches these people, 500 at most, instead of those before, until something else is asked or `close`. Gives how they
   * are of whom one may know it; the others are left out, as is who is not there.
   */
  watchPresence(userIds: readonly UserId[]): Promise<UserPresence[]>
  /** Does not wait for the next attempt: the network is back. */
  reconnectNow(): void
  /** For good. Commands that wait for an answer reject. */
  close(): void
}

/** Of typing: said at most this often; the others let it expire after twice as long. */
const TYPING_EVERY_MS = 3_000

export interface ConnectDeps extends HttpClient {
  readonly socketUrl: string
  readonly WebSocket: typeof globalThis.WebSocket
}

export function connect({ calls, tokens, socketUrl, WebSocket }: ConnectDeps, options: ConnectOptions): Connection {
  // eslint-disable-next-line no-console -- A fault must show somewhere, and a library has no log of its own.
  const onProblem = options.onProblem ?? ((error) => console.error('afrochat:', error))
  const { from } = options
  const sync = new Sync({ calls, from, onEvent: guarded(options.onEvent, onProblem), onProblem })
  const commands = new Commands()
  const presence: PresenceLine = new PresenceLine({
    send: (frame) => socket.send(frame),
    ask: (data) => commands.run('watch_presence', data, { isRepeatable: true }),
    onPresence: guarded(options.onPresence ?? ignore, onProblem),
    onProblem,
  })
  const onStatus = guarded(options.onStatus ?? ignore, onProblem)
  const socket: ReconnectingSocket = new ReconnectingSocket({
    url: socketUrl,
    WebSocket,
    tokens,
    cursor: from && toPosition(from).cursor,
    handlers: {
      onHello: ({ user_id }) => {
        sync.me = user_id
      },
      onEvent: (event) => sync.receive(event),
      onReached: (cursor) => sync.reached(cursor),
      onResync: () => void sync.resync(),
      onLive: () => {
        presence.connected()
        commands.connected((frame) => void socket.send(frame))
      },
      onTyping: guarded(options.onTyping ?? ignore, onProblem),
      onPresence: guarded(options.onPresence ?? ignore, onProblem),
      onAnswer: (frame) => {
        if (!commands.answer(frame) && frame.type === 'error') onProblem(new Error(`The server complains: ${JSON.stringify(frame.data)}`))
      },
      onBroken: () => commands.disconnected(),
      onStatus: (status) => {
        if (status.state === 'signed-out' || status.state === 'stopped' || status.state === 'closed') {
          sync.close()
          commands.close()
          presence.close()
        }
        onStatus(status)
      },
      onProblem,
    },
  })
  socket.connect()
  return toConnection(socket, { sync, commands, presence })
}

function toConnection(socket: ReconnectingSocket, { sync, commands, presence }: { sync: Sync; commands: Commands; presence: PresenceLine }): Connection {
  const saidAtMs = new Map<string, number>()
  return {
    get status() {
      return socket.status
    },
    get position() {
      return sync.position
    },
    async sendMessage(input, options = {}) {
      const data = { ...input, client_msg_id: input.client_msg_id === undefined ? newClientMsgId() : input.client_msg_id }
      const answer = await commands.run('send_message', data, { ...options, isRepeatable: data.client_msg_id !== null })
      return answer as SentMessage // An ack is what the HTTP route would answer.
    },
    async markRead(input, options = {}) {
      // It only ever moves forward, so a late repetition does no harm.
      await commands.run('mark_read', input, { ...options, isRepeatable: true })
    },
    typing(input) {
      const place = `${input.channel_id} ${input.thread_id ?? ''}`
      if (performance.now() - (saidAtMs.get(place) ?? -Infinity) < TYPING_EVERY_MS) return
      if (socket.send({ type: 'typing', data: input })) saidAtMs.set(place, performance.now())
    },
    setPresence: (said) => presence.say(said),
    watchPresence: (userIds) => presence.watch(userIds),
    reconnectNow: () => socket.connect(),
    close: () => socket.close(),
  }
}

/** A fault in an application's callback must not stop the events behind it. */
function guarded<T>(callback: (argument: T) => void, onProblem: (error: unknown) => void): (argument: T) => void {
  return (argument) => {
    try {
      callback(argument)
    } catch (error) {
      onProblem(error)
    }
  }
}

const ignore = (): void => undefined

