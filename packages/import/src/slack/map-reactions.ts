import { isStorableText, toEmoji } from '@afrochat/kernel'
import type { NoticeBook } from '../report/notices.ts'
import type { SlackReaction } from './slack-objects.ts'

/** As a row can hold it. */
const MAX_NAME = 100

/**
 * The reactions that can be kept: each emoji once, whatever it was called (`+1` and `thumbsup` are one), each person once
 * in it. Names of the other workspace's own emoji stay names, as those here of emoji that are no more.
 */
export function usableReactions(reactions: readonly SlackReaction[], notices: NoticeBook): { emoji: string; users: string[] }[] {
  const usable = new Map<string, Set<string>>()
  for (const { name, users, count } of reactions) {
    if (name === '' || !isStorableText(name) || Array.from(name).length > MAX_NAME) {
      notices.note('reaction_not_taken', name, users.length)
      continue
    }
    if (typeof count === 'number' && count > users.length) notices.note('reactor_unlisted', name, Math.floor(count) - users.length)
    const emoji = toEmoji(name) ?? name
    const known = usable.get(emoji) ?? new Set()
    for (const user of users) known.add(user)
    usable.set(emoji, known)
  }
  return [...usable].map(([emoji, users]) => ({ emoji, users: [...users] }))
}
