import type { UserId } from '@afrochat/kernel'
import type { ReactionEntry } from '../messages/message.view.ts'
import { tooManyReactions } from './reaction.errors.ts'

/** Distinct emoji on one message: what still reads as a row of reactions and not as a wall. */
export const MAX_EMOJI_PER_MESSAGE = 50
/** Emoji of one person on one message. */
export const MAX_REACTIONS_PER_USER = 23

/** The reactions of a message; null: none. */
type Reactions = readonly ReactionEntry[] | null

export function hasReacted(reactions: Reactions, emoji: string, userId: UserId): boolean {
  return reactions?.some(([given, by]) => given === emoji && by === userId) ?? false
}

/** Throws `too_many_reactions`. To join a group that is there is always possible for somebody with reactions left. */
export function assertRoomFor(reactions: Reactions, emoji: string, userId: UserId): void {
  const own = reactions?.filter(([, by]) => by === userId) ?? []
  if (own.length >= MAX_REACTIONS_PER_USER) throw tooManyReactions(`One person reacts to a message with at most ${MAX_REACTIONS_PER_USER} emoji`)
  const given = new Set(reactions?.map(([name]) => name))
  if (!given.has(emoji) && given.size >= MAX_EMOJI_PER_MESSAGE) throw tooManyReactions(`A message has at most ${MAX_EMOJI_PER_MESSAGE} different reactions`)
}
