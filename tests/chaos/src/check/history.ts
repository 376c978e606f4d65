/** A post, from its first attempt to what came of it. Times are milliseconds of the run's own clock. */
export interface Send {
  readonly userId: string
  readonly channelId: string
  readonly clientMsgId: string
  /** Which of this writer's posts it is: 1, 2, 3 … */
  readonly counter: number
  readonly startedAt: number
  /** `unknown`: no attempt was answered. `refused`: an answer said that it was not done. */
  readonly outcome: 'acknowledged' | 'refused' | 'unknown'
  /** What was acknowledged. */
  readonly message: { readonly id: string; readonly seq: number } | null
}

/** A frame as a reader got it. */
export interface Frame {
  readonly type: string
  readonly cursor: string | null
  readonly channelId: string | null
  readonly seq: number | null
  /** Of a message that was sent. */
  readonly messageId: string | null
  /** What a heartbeat says of the frames sent before it. */
  readonly sent: number | null
  readonly at: number
}

/** One socket, from its opening to its end. */
export interface Connection {
  /** The cursor that it was resumed from; null: it began anew. */
  readonly resumedFrom: string | null
  readonly frames: readonly Frame[]
}

/** The messages of a channel that a reader asked for over HTTP, once it was told that frames are missing. */
export interface CatchUp {
  readonly channelId: string
  readonly messageIds: readonly string[]
}

/** All that somebody received. Who is in none of the channels is a reader as well, and receives nothing. */
export interface Reader {
  readonly userId: string
  readonly connections: readonly Connection[]
  readonly catchUps: readonly CatchUp[]
}

/** What PostgreSQL holds when all is over. */
export interface Stored {
  readonly messages: readonly {
    readonly id: string
    readonly channelId: string
    readonly userId: string
    readonly clientMsgId: string | null
    readonly seq: number
  }[]
  /** Every event of the log. `channelId`: of the events that are a channel's. */
  readonly events: readonly {
    readonly shard: number
    readonly pos: number
    readonly stream: string
    readonly channelId: string | null
    readonly seq: number | null
    readonly type: string
    readonly messageId: string | null
  }[]
  /** From its `member_joined` to its `member_left`, both included; null: to this day. */
  readonly memberships: readonly {
    readonly channelId: string
    readonly userId: string
    readonly fromSeq: number
    readonly toSeq: number | null
  }[]
}

/** Everything that happened in a run, as the processes that took part saw it. */
export interface History {
  readonly sends: readonly Send[]
  readonly readers: readonly Reader[]
  readonly stored: Stored
}

/** A promise that was broken. */
export interface Violation {
  readonly rule: string
  readonly detail: string
}
