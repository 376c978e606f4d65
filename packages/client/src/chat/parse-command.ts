type None = Record<never, never>
/** A message, by the number that it is shown with; null: the obvious one. */
interface Which {
  readonly seq: number | null
}
interface Text {
  readonly text: string
}
interface Emoji {
  readonly emoji: string
}

/** What goes with each command. */
interface Arguments {
  say: Text
  reply: Which & Text
  edit: Which & Text
  delete: Which
  thread: Which
  react: Which & Emoji
  unreact: Which & Emoji
  open: { readonly which: string }
  join: { readonly which: string }
  create: { readonly channel: string; readonly kind: 'public' | 'private' }
  add: { readonly usernames: readonly string[] }
  channels: None
  browse: None
  more: None
  who: None
  leave: None
  invite: None
  help: None
  logout: None
  quit: None
  nothing: None
  /** What is wrong with it, for the one who typed it. */
  mistake: { readonly message: string }
}

export type CommandName = keyof Arguments
export type CommandOf<N extends CommandName> = { readonly name: N } & Arguments[N]
/** What somebody typed. */
export type Command = { [N in CommandName]: CommandOf<N> }[CommandName]

interface Argument {
  /** A number in front: of a message. */
  readonly seq: number | null
  /** What is behind it. */
  readonly text: string
  /** All of it. */
  readonly whole: string
}

interface Spelling {
  readonly usage: string
  readonly does: string
  parse(argument: Argument): Command | undefined
}

type SimpleName = { [N in CommandName]: None extends Arguments[N] ? N : never }[CommandName]

const simple = (name: SimpleName, does: string): Spelling =>
  ({ usage: `/${name}`, does, parse: ({ whole }) => (whole === '' ? { name } : undefined) })

const spellings: Readonly<Record<string, Spelling>> = {
  channels: simple('channels', 'your channels, and what is unread'),
  open: { usage: '/open <name or number>', does: 'go to a channel', parse: ({ whole }) => (whole ? { name: 'open', which: whole } : undefined) },
  browse: simple('browse', 'public channels that you could join'),
  join: { usage: '/join <name or invite link>', does: 'join a channel, or a workspace', parse: ({ whole }) => (whole ? { name: 'join', which: whole } : undefined) },
  create: { usage: '/create <name> [private]', does: 'make a channel', parse: toCreate },
  add: { usage: '/add <username> …', does: 'add people to this channel', parse: ({ whole }) => (whole ? { name: 'add', usernames: whole.split(/[\s,]+/) } : undefined) },
  leave: simple('leave', 'leave this channel'),
  who: simple('who', 'who is in this channel'),
  invite: simple('invite', 'make a link that lets somebody join the workspace'),
  more: simple('more', 'earlier messages'),
  reply: { usage: '/reply [number] <text>', does: 'answer in the thread of a message (default: the last)', parse: ({ seq, text }) => (text ? { name: 'reply', seq, text } : undefined) },
  thread: { usage: '/thread [number]', does: 'read a thread', parse: ({ seq, text }) => (text ? undefined : { name: 'thread', seq }) },
  react: { usage: '/react [number] <emoji>', does: 'react to a message (default: the last)', parse: ({ seq, text }) => (text ? { name: 'react', seq, emoji: text } : undefined) },
  unreact: { usage: '/unreact [number] <emoji>', does: 'take your reaction back', parse: ({ seq, text }) => (text ? { name: 'unreact', seq, emoji: text } : undefined) },
  edit: { usage: '/edit [number] <text>', does: 'edit a message of yours (default: the last)', parse: ({ seq, text }) => (text ? { name: 'edit', seq, text } : undefined) },
  delete: { usage: '/delete [number]', does: 'delete a message of yours (default: the last)', parse: ({ seq, text }) => (text ? undefined : { name: 'delete', seq }) },
  logout: simple('logout', 'sign out, and leave'),
  quit: simple('quit', 'leave'),
  help: simple('help', 'this'),
}

/** Understands a line: a text to say, or a command that begins with `/`. A text that begins with `/` is typed with two. */
export function parseCommand(line: string): Command {
  if (line.trim() === '') return { name: 'nothing' }
  if (line.startsWith('//')) return { name: 'say', text: line.slice(1) }
  if (!line.startsWith('/')) return { name: 'say', text: line }
  const [, word = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? []
  const spelling = Object.hasOwn(spellings, word) ? spellings[word] : undefined
  if (spelling === undefined) return { name: 'mistake', message: `There is no command /${word}. /help lists them; // begins a text with /.` }
  return spelling.parse(toArgument(rest.trimEnd())) ?? { name: 'mistake', message: `It goes like this: ${spelling.usage}` }
}

export function helpLines(): string[] {
  const width = Math.max(...Object.values(spellings).map(({ usage }) => usage.length))
  return Object.values(spellings).map(({ usage, does }) => `${usage.padEnd(width)}  ${does}`)
}

function toArgument(whole: string): Argument {
  const [, digits, text] = /^#?(\d{1,15})(?:\s+([\s\S]*))?$/.exec(whole) ?? []
  return digits === undefined ? { seq: null, text: whole, whole } : { seq: Number(digits), text: text ?? '', whole }
}

function toCreate({ whole }: Argument): Command | undefined {
  const [, channel, kind] = /^#?(\S+)(?:\s+(private|public))?$/.exec(whole) ?? []
  return channel === undefined ? undefined : { name: 'create', channel, kind: kind === 'private' ? 'private' : 'public' }
}
