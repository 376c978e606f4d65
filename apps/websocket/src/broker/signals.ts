import { Type, type Static } from 'typebox'
import { serverFrameCatalogue, WorkspaceIdSchema } from '@afrochat/contracts'

/** Somebody types: what other nodes need to show it. */
export const TypingSignal = Type.Object(
  { workspace_id: WorkspaceIdSchema, ...serverFrameCatalogue.user_typing.properties },
  { additionalProperties: false },
)
export type TypingSignal = Static<typeof TypingSignal>

/**
 * What is fleeting, between nodes: heard by every other node at most once, never by the one that publishes it, in no
 * promised order. It may be lost, and nobody is told; publishing never fails and never waits.
 */
export interface Signals {
  publish(signal: TypingSignal): void
  stop(): Promise<void>
}

/** Hears the signals of other nodes. */
export type SignalListener = (signal: TypingSignal) => void
