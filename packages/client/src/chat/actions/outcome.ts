import type { Chat } from '../chat.ts'
import type { CommandName, CommandOf } from '../command.ts'

/** What becomes of the client after a command. */
export type Outcome =
  | { readonly then: 'go-on' }
  /** It was not done, and that was said. */
  | { readonly then: 'failed' }
  | { readonly then: 'quit' }
  | { readonly then: 'switch'; readonly slug: string }

export const DONE: Outcome = { then: 'go-on' }
export const FAILED: Outcome = { then: 'failed' }
export const QUIT: Outcome = { then: 'quit' }

export type Actions<N extends CommandName = CommandName> = { readonly [K in N]: (chat: Chat, command: CommandOf<K>) => Promise<Outcome> }
