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
interface People {
  readonly usernames: readonly string[]
}
interface Numbered {
  /** In the list that was shown. */
  readonly number: number
}

/** What goes with each command. */
interface Arguments {
  say: Text
  reply: Which & Text
  edit: Which & Text
  delete: Which
  thread: Which
  follow: Which
  unfollow: Which
  react: Which & Emoji
  unreact: Which & Emoji
  pin: Which
  unpin: Which
  save: Which
  unsave: Which
  link: Which
  more: None
  pins: None

  channels: None
  open: { readonly which: string }
  browse: None
  join: { readonly which: string }
  create: { readonly channel: string; readonly kind: 'public' | 'private' }
  dm: People & Text
  leave: None
  who: None
  add: People
  remove: People
  /** null: what is it? `-`: none. */
  topic: { readonly text: string | null }
  rename: { readonly channel: string }
  archive: None
  unarchive: { readonly which: string }
  mute: None
  unmute: None
  star: None
  unstar: None
  invite: None

  unread: Which
  read: None
  threads: None
  saved: None
  schedule: Text
  scheduled: None
  unschedule: Numbered
  remind: Text
  reminders: None
  forget: Numbered
  status: Text
  away: None
  back: None

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
/** Those that are typed without anything behind them. */
export type SimpleName = { [N in CommandName]: None extends Arguments[N] ? N : never }[CommandName]
/** Those that may name a message, and nothing else. */
export type WhichName = { [N in CommandName]: Which extends Arguments[N] ? (None extends Arguments[N] ? never : N) : never }[CommandName]
