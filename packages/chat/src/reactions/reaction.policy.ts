import type { UserId } from '@afrochat/kernel'
import type { ReactionGroup } from '../messages/message.view.ts'
import { tooManyReactions } from './reaction.errors.ts'

/** Distinct emoji on one message: what still reads as a row of reactions and not as a wall. */
export const MAX_EMOJI_PER_MESSAGE = 50
/** Emoji of one person on one message. */
export const MAX_REACTIONS_PER_USER = 23

export function hasReacted(reactions: readonly ReactionGroup[], emoji: string, userId: UserId): boolean {
  return reactions.some((group) => group.emoji === emoji && group.user_ids.includes(userId))
}

/** Throws `too_many_reactions`. To join a group that is there is always possible for somebody with reactions left. */
export function assertRoomFor(reactions: readonly ReactionGroup[], emoji: string, userId: UserId): void {
  const own = reactions.filter((group) => group.user_ids.includes(userId)).length
  if (own >= MAX_REACTIONS_PER_USER) throw tooManyReactions(`One person reacts to a message with at most ${MAX_REACTIONS_PER_USER} emoji`)
  const isNew = !reactions.some((group) => group.emoji === emoji)
  if (isNew && reactions.length >= MAX_EMOJI_PER_MESSAGE) throw tooManyReactions(`A message has at most ${MAX_EMOJI_PER_MESSAGE} different reactions`)
}
