import type { Screen } from './screen.ts'

export interface Question {
  readonly text: string
  /** Not shown while it is typed. */
  readonly isSecret?: boolean
}

/** Where a person, or a program in their place, talks to the client. */
export interface Console extends Screen {
  /** Asks; null when nobody is there to answer. */
  ask(question: Question): Promise<string | null>
  /** Line by line what is typed, until the end of the input. */
  lines(): AsyncIterable<string>
  /** Called at keys that begin or continue a text. */
  onTyping(callback: () => void): void
  close(): void
}
