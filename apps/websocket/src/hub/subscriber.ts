import type { SessionId } from '@afrochat/kernel'
import type { TextFrame } from '@afrochat/websocket'
import type { Member } from './member.ts'

/** The connection, as far as delivery needs it. */
export interface Transport {
  send(frame: TextFrame): void
  isBehind(): boolean
  drained(): Promise<void>
  close(code: number, reason?: string): void
}

/**
 * - `new`: its memberships are being loaded;
 * - `held`: has its `hello`, and gets nothing durable until it says whether it resumes;
 * - `catching-up`: what it missed is being gathered or sent;
 * - `live`: gets events as they are delivered;
 * - `gone`: closed.
 */
export type SubscriberState = 'new' | 'held' | 'catching-up' | 'live' | 'gone'

/** One connection of a signed-in user. */
export class Subscriber {
  readonly id: string
  readonly member: Member
  readonly sessionId: SessionId
  readonly transport: Transport
  state: SubscriberState = 'new'
  /** By shard: all that it may see up to here has been sent. Of a live one, the feeds know. */
  at: number[] = []
  /** Durable frames sent on this connection. */
  sent = 0
  /** Counts the attempts to bring it up to date: what an earlier one learns is void. */
  attempt = 0
  /** What it has belongs to a life of the log that has ended: before anything else it is told to read its state anew. */
  mustStartOver = false

  constructor(identity: { id: string; member: Member; sessionId: SessionId }, transport: Transport) {
    this.id = identity.id
    this.member = identity.member
    this.sessionId = identity.sessionId
    this.transport = transport
  }

  deliver(frame: TextFrame): void {
    this.sent += 1
    this.transport.send(frame)
  }
}
