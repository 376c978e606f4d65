import type { Style } from './render.ts'

/** Where lines go, and where what changes is kept in view. */
export interface Screen {
  readonly style: Style
  /** Of the reader; undefined: this machine's. */
  readonly timeZone?: string
  /** Whether a person looks at it: then what is shown has been read. */
  readonly isWatched: boolean
  print(line: string): void
  /** What stands before the cursor: where one is, and what is going on. Not shown in a pipe. */
  prompt(text: string): void
}
