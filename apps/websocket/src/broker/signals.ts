import { Type, type Static } from 'typebox'
import { serverFrameCatalogue, UserIdSchema, WorkspaceIdSchema } from '@afrochat/contracts'

/** Somebody types: what other nodes need to show it. */
export const TypingSignal = Type.Object(
  { workspace_id: WorkspaceIdSchema, ...serverFrameCatalogue.user_typing.properties },
  { additionalProperties: false },
)
export type TypingSignal = Static<typeof TypingSignal>

/** These people's presence changed, or anybody's: how it is now stands on the board, which alone is believed. */
export const PresenceSignal = Type.Object(
  { user_ids: Type.Union([Type.Literal('all'), Type.Array(UserIdSchema, { maxItems: 1_000 })]) },
  { additionalProperties: false },
)
export type PresenceSignal = Static<typeof PresenceSignal>

/** What is said between nodes, by topic. */
export const signalCatalogue = { typing: TypingSignal, presence: PresenceSignal } as const
export type SignalTopic = keyof typeof signalCatalogue
export type Signal<T extends SignalTopic> = Static<(typeof signalCatalogue)[T]>

/**
 * What is fleeting, between nodes: heard by every other node at most once, never by the one that publishes it, in no
 * promised order. It may be lost, and nobody is told; publishing never fails and never waits.
 */
export interface Signals {
  publish<T extends SignalTopic>(topic: T, signal: Signal<T>): void
  stop(): Promise<void>
}

/** Hears the signals of other nodes. */
export type SignalListener = { readonly [T in SignalTopic]: (signal: Signal<T>) => void } & {
  /** Whether signals of a topic are dropped at present, before anything is done about them. */
  readonly drops: (topic: SignalTopic) => boolean
}

/** Hands a signal to what hears its topic. */
export function tell<T extends SignalTopic>(listener: SignalListener, topic: T, signal: Signal<T>): void {
  // Each topic has the listener of its own signals, which indexing by a type variable cannot express.
  const hear = listener[topic] as (signal: Signal<T>) => void
  hear(signal)
}
