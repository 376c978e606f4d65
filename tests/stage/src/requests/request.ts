import type { ActorCode, Place } from '../cast.ts'
import type { Scene } from '../stage.ts'

/** Somebody tries something: where, and who. */
export interface Attempt {
  readonly scene: Scene
  readonly actor: ActorCode
  /** What the row of the table calls it. */
  readonly object: string
  /**
   * The id of what has this name where this actor meets it: `thing('message')` is the message of the scene's place, and
   * in a direct message that of the actor's own (for somebody who has none, another's).
   */
  thing(name: string): string
  /** The id of somebody by their part. */
  person(name: string): string
  /** The id of who tries it; nobody in particular stands for one who has not signed in. */
  readonly self: string
}

/** What is sent. Parameters that are left out follow from their names: `channel_id` is the channel of the scene's place. */
export interface Request {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** As JSON; bytes as the picture that they are. */
  readonly body?: unknown
}

export type RequestFor = (at: Attempt) => Request

/** How an operation is tried on one object. */
export interface Case {
  readonly request?: RequestFor
  /** The place of the scene; by default the object's name says it. */
  readonly place?: Place
  /** What the channel is, other than its place says. */
  readonly channelIs?: { readonly posting: 'managers' }
  /** The parameter that names what may be hidden; by default the first that the operation has of message, channel, workspace. */
  readonly hides?: string
  /** Whether the answer has what was asked about. Answered without it, the word is `N`. */
  readonly shows?: (answer: never, at: Attempt) => boolean
  /** It is done once before, and what is judged is doing it again. */
  readonly isTwice?: boolean
  /** What the events' rows of the table call the object; by default what it is called here. */
  readonly eventsOf?: string
}

export interface Operation extends Case {
  /** Objects that are tried in another way than the rest. */
  readonly cases?: Readonly<Record<string, Case>>
}

export type Operations = Readonly<Record<string, Operation>>

/** For a list of objects with ids. */
export const lists = (idOf: (at: Attempt) => string) => (answer: { readonly items: readonly { readonly id: string }[] }, at: Attempt) =>
  answer.items.some(({ id }) => id === idOf(at))

/** A body that is the same whoever sends it. */
export const body = (sent: unknown): RequestFor => () => ({ body: sent })
