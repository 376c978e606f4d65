import type { Command, SimpleName, WhichName } from './command.ts'

export interface Argument {
  /** A number in front: of a message. */
  readonly seq: number | null
  /** What is behind it. */
  readonly text: string
  /** All of it. */
  readonly whole: string
}

export interface Spelling {
  readonly usage: string
  readonly does: string
  /** Undefined: it is not like this. */
  parse(argument: Argument): Command | undefined
}

type Spellings = Readonly<Record<string, Spelling>>

const simple = (name: SimpleName, does: string): Spelling =>
  ({ usage: `/${name}`, does, parse: ({ whole }) => (whole === '' ? { name } : undefined) })

const ofMessage = (name: WhichName, does: string): Spelling =>
  ({ usage: `/${name} [number]`, does, parse: ({ seq, text }) => (text ? undefined : { name, seq }) })

/** With something behind it that must be there. */
const withText = (usage: string, does: string, toCommand: (text: string) => Command | undefined): Spelling =>
  ({ usage, does, parse: ({ whole }) => (whole ? toCommand(whole) : undefined) })

const namesIn = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '')

const places: Spellings = {
  channels: simple('channels', 'your channels, and what is unread'),
  open: withText('/open <name or number>', 'go to a channel', (which) => ({ name: 'open', which })),
  browse: simple('browse', 'public channels that you could join'),
  join: withText('/join <name or invite link>', 'join a channel, or a workspace', (which) => ({ name: 'join', which })),
  create: withText('/create <name> [private]', 'make a channel', toCreate),
  dm: withText('/dm <username> … [text]', 'talk to one or several people alone', toDm),
  leave: simple('leave', 'leave this channel'),
  who: simple('who', 'who is in this channel, and who of them is here'),
  add: withText('/add <username> …', 'add people to this channel', (text) => ({ name: 'add', usernames: namesIn(text) })),
  remove: withText('/remove <username> …', 'remove people from this channel', (text) => ({ name: 'remove', usernames: namesIn(text) })),
  topic: { usage: '/topic [text, or -]', does: 'what this channel is about; - takes it away', parse: ({ whole }) => ({ name: 'topic', text: whole || null }) },
  rename: withText('/rename <name>', 'give this channel another name', (text) => (/\s/.test(text) ? undefined : { name: 'rename', channel: text.replace(/^#/, '') })),
  archive: simple('archive', 'make this channel read-only until somebody brings it back'),
  unarchive: withText('/unarchive <name>', 'bring a channel back', (which) => ({ name: 'unarchive', which: which.replace(/^#/, '') })),
  mute: simple('mute', 'hear less of this channel; /unmute: as before'),
  unmute: simple('unmute', 'hear of this channel again'),
  star: simple('star', 'keep this channel on top; /unstar: not any more'),
  unstar: simple('unstar', 'do not keep this channel on top'),
  invite: simple('invite', 'make a link that lets somebody join the workspace'),
}

const messages: Spellings = {
  more: simple('more', 'earlier messages'),
  reply: { usage: '/reply [number] <text>', does: 'answer in the thread of a message (default: the last)', parse: ({ seq, text }) => (text ? { name: 'reply', seq, text } : undefined) },
  thread: ofMessage('thread', 'read a thread'),
  follow: ofMessage('follow', 'hear of new replies in a thread'),
  unfollow: ofMessage('unfollow', 'hear no more of a thread, until you are mentioned in it'),
  react: { usage: '/react [number] <emoji>', does: 'react to a message (default: the last)', parse: ({ seq, text }) => (text ? { name: 'react', seq, emoji: text } : undefined) },
  unreact: { usage: '/unreact [number] <emoji>', does: 'take your reaction back', parse: ({ seq, text }) => (text ? { name: 'unreact', seq, emoji: text } : undefined) },
  edit: { usage: '/edit [number] <text>', does: 'edit a message of yours (default: the last)', parse: ({ seq, text }) => (text ? { name: 'edit', seq, text } : undefined) },
  delete: ofMessage('delete', 'delete a message of yours (default: the last)'),
  pin: ofMessage('pin', 'pin a message to the channel (default: the last)'),
  unpin: ofMessage('unpin', 'take a pin off'),
  pins: simple('pins', 'what is pinned here'),
  save: ofMessage('save', 'put a message on a list of your own (default: the last)'),
  unsave: ofMessage('unsave', 'take it off the list'),
  link: ofMessage('link', 'the address of a message, to quote it by'),
}

const yours: Spellings = {
  unread: { usage: '/unread [number]', does: 'what you have not read; with a number: mark from there on as not read', parse: ({ seq, text }) => (text ? undefined : { name: 'unread', seq }) },
  read: simple('read', 'mark everything read, everywhere'),
  threads: simple('threads', 'the threads that you follow'),
  saved: simple('saved', 'the messages that you saved'),
  schedule: withText('/schedule <when> <text>', 'say it later: 20m, 2h, 18:30, tomorrow 9:00, 2026-12-24 18:00', (text) => ({ name: 'schedule', text })),
  scheduled: simple('scheduled', 'what is going to be said'),
  unschedule: withText('/unschedule <number>', 'do not say it after all', (text) => numbered('unschedule', text)),
  remind: withText('/remind <when> <text>', 'be reminded: /remind 20m tea', (text) => ({ name: 'remind', text })),
  reminders: simple('reminders', 'what you are going to be reminded of'),
  forget: withText('/forget <number>', 'do not be reminded after all', (text) => numbered('forget', text)),
  status: { usage: '/status [emoji] [text]', does: 'say what you are doing; alone: nothing', parse: ({ whole }) => ({ name: 'status', text: whole }) },
  away: simple('away', 'be shown as away, whatever you do'),
  back: simple('back', 'be shown as you are'),
}

const rest: Spellings = {
  logout: simple('logout', 'sign out, and leave'),
  quit: simple('quit', 'leave'),
  help: simple('help', 'this'),
}

/** All of them in the order in which the help shows them. */
export const spellingGroups: readonly Spellings[] = [places, messages, yours, rest]
export const spellings: Spellings = Object.assign({}, ...spellingGroups) as Spellings // Their sum.

function toCreate(text: string): Command | undefined {
  const [, channel, kind] = /^#?(\S+)(?:\s+(private|public))?$/.exec(text) ?? []
  return channel === undefined ? undefined : { name: 'create', channel, kind: kind === 'private' ? 'private' : 'public' }
}

/** The people are those with an `@` in front; or else the first word. The rest is said to them. */
function toDm(text: string): Command {
  const [, people = '', said = ''] = /^((?:@\S+[\s,]*)+|\S+\s*)([\s\S]*)$/.exec(text) ?? []
  return { name: 'dm', usernames: namesIn(people), text: said }
}

function numbered(name: 'unschedule' | 'forget', text: string): Command | undefined {
  return /^\d{1,4}$/.test(text) ? { name, number: Number(text) } : undefined
}
