import type { MigrationConfig } from './config.ts'

/** Where a command writes: what was asked for to `say`, progress and failures to `complain`, so that the former can be piped. */
export interface Terminal {
  say(line: string): void
  complain(line: string): void
  /** How far it is, again and again; the last one is replaced. Undefined: there is nothing to show any more. */
  progress(line: string | undefined): void
}

export interface CommandContext {
  readonly terminal: Terminal
  /** Read when a command needs it, so that `help`, `create` and a dry run work without any setting. */
  readonly config: () => MigrationConfig
}

export interface Command {
  /** After the program's name, as it is typed. */
  readonly usage: string
  /** What it does, in a line. */
  readonly summary: string
  /** Throws when it could not do its work; `args` is what follows the command's name. */
  run(args: readonly string[], context: CommandContext): Promise<void>
}

/** What was typed is not understood: the usage is shown with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command did its work, and what it found is bad: said in these words, with no stack. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** The database for what needs a session of its own or runs long: not through pgbouncer. */
export function directUrl({ database }: MigrationConfig): string {
  return database.directUrl ?? database.url
}
