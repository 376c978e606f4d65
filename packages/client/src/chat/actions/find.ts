import { allOf, type Channel, type SharedMessage, type User } from '../../index.ts'
import type { Chat } from '../chat.ts'
import { Mistake } from '../mistake.ts'
import type { Room } from '../room.ts'

/** The open channel. */
export function here({ room }: Chat): Room {
  if (room === null) throw new Mistake('No channel is open: /channels, /open, /join or /create.')
  return room
}

/** The message with this number; without one the last that fits. */
export async function find(room: Room, seq: number | null, fits: (message: SharedMessage) => boolean = () => true): Promise<SharedMessage> {
  const message = seq === null ? room.findLast(fits) : await room.findNumber(seq)
  if (message === undefined) throw new Mistake(seq === null ? 'There is no such message here.' : `There is no message #${seq} here.`)
  return message
}

export function findOwn(chat: Chat, seq: number | null): Promise<SharedMessage> {
  return find(here(chat), seq, ({ user_id }) => user_id === chat.state.me)
}

/** By their usernames, with or without an `@`. */
export function findPeople({ state }: Chat, usernames: readonly string[]): User[] {
  return usernames.map((username) => {
    const wanted = username.replace(/^@/, '').toLowerCase()
    const person = state.people().find((user) => user.username === wanted)
    if (person === undefined) throw new Mistake(`There is nobody called ${username} here.`)
    return person
  })
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

/** One that is in no list of one's own. */
export async function findByName(chat: Chat, name: string, filter: 'browse' | 'archived'): Promise<Channel | undefined> {
  const channels = await allOf(chat.client.listChannels, { workspace_id: chat.state.workspace.id, filter, limit: 200 })
  return channels.find((channel) => channel.name === name.toLowerCase())
}
