import { allOf, CommandError, type Channel, type SharedMessage, type User } from '../index.ts'
import { SCREENFUL, type Chat } from './chat.ts'
import { cleanName } from './clean-text.ts'
import { Mistake } from './mistake.ts'
import { helpLines, type Command, type CommandName, type CommandOf } from './parse-command.ts'
import { renderChannel } from './render.ts'
import type { Room } from './room.ts'

/** What becomes of the client after a command. */
export type Outcome =
  | { readonly then: 'go-on' }
  /** It was not done, and that was said. */
  | { readonly then: 'failed' }
  | { readonly then: 'quit' }
  | { readonly then: 'switch'; readonly slug: string }

const DONE: Outcome = { then: 'go-on' }
const FAILED: Outcome = { then: 'failed' }
const QUIT: Outcome = { then: 'quit' }

/** Does what a line asks for. Never throws: what went wrong is said on the screen. */
export async function perform(chat: Chat, command: Command): Promise<Outcome> {
  try {
    // Name and fields belong together in each member of the union, which a call through the table cannot express.
    const action = actions[command.name] as (chat: Chat, command: Command) => Promise<Outcome>
    return await action(chat, command)
  } catch (error) {
    chat.complain(error)
    return FAILED
  }
}

type Actions = { readonly [N in CommandName]: (chat: Chat, command: CommandOf<N>) => Promise<Outcome> }

const actions: Actions = {
  nothing: async () => DONE,
  mistake: async (_, { message }) => {
    throw new Mistake(message)
  },
  help: async ({ screen }) => {
    for (const line of helpLines()) screen.print(line)
    screen.print('Anything else is said in the open channel.')
    return DONE
  },
  quit: async () => QUIT,
  logout: async ({ client }) => {
    await client.logout({})
    return QUIT
  },

  say: async (chat, { text }) => say(chat, { content: text }),
  reply: async (chat, { seq, text }) => {
    const target = await find(here(chat), seq)
    return say(chat, { content: text, thread_id: target.thread_id ?? target.id })
  },
  edit: async (chat, { seq, text }) => {
    const room = here(chat)
    const { change_seq, id } = await chat.client.editMessage({ message_id: (await findOwn(chat, seq)).id, content: text })
    await chat.until(() => (room.log.get(id)?.change_seq ?? 0) >= change_seq)
    return DONE
  },
  delete: async (chat, { seq }) => {
    const room = here(chat)
    const { id } = await findOwn(chat, seq)
    await chat.client.deleteMessage({ message_id: id })
    await chat.until(() => (room.log.get(id)?.deleted_at ?? null) !== null)
    return DONE
  },
  react: async (chat, { seq, emoji }) => react(chat, 'addReaction', { seq, emoji }),
  unreact: async (chat, { seq, emoji }) => react(chat, 'removeReaction', { seq, emoji }),
  thread: async (chat, { seq }) => {
    const room = here(chat)
    const target = await find(room, seq, ({ reply_count, thread_id }) => reply_count > 0 || thread_id !== null)
    const root = target.thread_id === null ? target : (room.log.get(target.thread_id) ?? (await chat.client.getMessage({ message_id: target.thread_id })))
    await room.showThread(root)
    return DONE
  },
  more: async (chat) => {
    if (!(await here(chat).showEarlier(SCREENFUL))) chat.screen.print(chat.screen.style.dim('This is where the channel begins.'))
    return DONE
  },

  channels: async ({ state, screen }) => {
    for (const [index, channel] of state.channels().entries()) {
      screen.print(renderChannel(channel, index + 1, { style: screen.style, label: cleanName(state.labelOf(channel)) }))
    }
    return DONE
  },
  open: async (chat, { which }) => {
    await chat.open(findChannel(chat, which))
    return DONE
  },
  browse: async ({ client, state, screen }) => {
    const channels = await allOf(client.listChannels, { workspace_id: state.workspace.id, filter: 'browse', limit: 200 })
    const others = channels.filter(({ is_member }) => !is_member)
    for (const { name, member_count } of others) screen.print(`/join ${cleanName(name ?? '')}  ${screen.style.dim(`${member_count} in it`)}`)
    if (others.length === 0) screen.print(screen.style.dim('You are in every public channel.'))
    return DONE
  },
  join: async (chat, { which }) => {
    const [, token] = /\/invite\/([\w-]+)\/?$/.exec(which) ?? []
    if (token !== undefined) return { then: 'switch', slug: (await chat.client.acceptInvite({ token })).slug }
    return joinChannel(chat, which.replace(/^#/, ''))
  },
  create: async (chat, { channel, kind }) => {
    const created = await chat.client.createChannel({ workspace_id: chat.state.workspace.id, name: channel, kind })
    chat.state.put(created)
    await chat.open(created)
    return DONE
  },
  add: async (chat, { usernames }) => {
    const { channelId } = here(chat)
    const user_ids = usernames.map((name) => findPerson(chat, name.replace(/^@/, '')).id)
    await chat.client.addChannelMembers({ channel_id: channelId, user_ids })
    return DONE
  },
  leave: async (chat) => {
    const room = here(chat)
    await chat.client.leaveChannel({ channel_id: room.channelId })
    await chat.until(() => chat.room !== room)
    return DONE
  },
  who: async (chat) => {
    const members = await allOf(chat.client.listChannelMembers, { channel_id: here(chat).channelId, limit: 200 })
    for (const { user } of members) chat.screen.print(`${cleanName(user.display_name)} ${chat.screen.style.dim(`@${cleanName(user.username)}`)}`)
    return DONE
  },
  invite: async ({ client, state, screen }) => {
    const { url } = await client.createInvite({ workspace_id: state.workspace.id })
    screen.print(`Whoever has this link can join with it: npm run chat -- --join ${url}`)
    return DONE
  },
}

async function say(chat: Chat, message: { content: string; thread_id?: SharedMessage['id'] }): Promise<Outcome> {
  const room = here(chat)
  if (chat.isBroken) chat.screen.print(chat.screen.style.dim(`(to be sent when the connection is back: ${cleanName(message.content)})`))
  const { id } = await chat.connection.sendMessage({ channel_id: room.channelId, ...message }).catch((error: unknown) => {
    throw error instanceof CommandError ? notSent(error, message.content) : error
  })
  await chat.until(() => room.isShown(id))
  return DONE
}

/** With the text, which is nowhere else any more. */
function notSent({ outcome, message }: CommandError, text: string): Mistake {
  return new Mistake(`${outcome === 'unknown' ? 'It is not known whether this was sent' : 'Not sent'} (${message}): ${text}`)
}

async function react(chat: Chat, call: 'addReaction' | 'removeReaction', { seq, emoji }: { seq: number | null; emoji: string }): Promise<Outcome> {
  const room = here(chat)
  const { id } = await find(room, seq)
  const { change_seq } = await chat.client[call]({ message_id: id, emoji: emoji.replace(/^:(.+):$/, '$1') })
  await chat.until(() => (room.log.get(id)?.change_seq ?? 0) >= change_seq)
  return DONE
}

async function joinChannel(chat: Chat, name: string): Promise<Outcome> {
  const channels = await allOf(chat.client.listChannels, { workspace_id: chat.state.workspace.id, filter: 'browse', limit: 200 })
  const wanted = channels.find((channel) => channel.name === name.toLowerCase())
  if (wanted === undefined) throw new Mistake(`There is no public channel ${name}: /browse lists them, /create makes one.`)
  const joined = wanted.is_member ? wanted : await chat.client.joinChannel({ channel_id: wanted.id })
  chat.state.put(joined)
  await chat.open(joined)
  return DONE
}

function here({ room }: Chat): Room {
  if (room === null) throw new Mistake('No channel is open: /channels, /open, /join or /create.')
  return room
}

/** The message with this number; without one the last that fits. */
async function find(room: Room, seq: number | null, fits: (message: SharedMessage) => boolean = () => true): Promise<SharedMessage> {
  const message = seq === null ? room.findLast(fits) : await room.findNumber(seq)
  if (message === undefined) throw new Mistake(seq === null ? 'There is no such message here.' : `There is no message #${seq} here.`)
  return message
}

function findOwn(chat: Chat, seq: number | null): Promise<SharedMessage> {
  return find(here(chat), seq, ({ user_id }) => user_id === chat.state.me)
}

function findPerson({ state }: Chat, username: string): User {
  const person = state.people().find((user) => user.username === username.toLowerCase())
  if (person === undefined) throw new Mistake(`There is nobody called ${username} here.`)
  return person
}

/** By its number in /channels, or by its name with or without the sign in front. */
export function findChannel({ state }: Pick<Chat, 'state'>, which: string): Channel {
  const channels = state.channels()
  const byNumber = /^\d+$/.test(which) ? channels[Number(which) - 1] : undefined
  const wanted = which.toLowerCase()
  const found = channels.find((channel) => channel.name === wanted.replace(/^[#🔒]/u, '') || state.labelOf(channel).toLowerCase() === wanted) ?? byNumber
  if (found === undefined) throw new Mistake(`You are in no channel ${which}: /channels lists yours, /browse the others.`)
  return found
}
