import { isStorableText } from '@afrochat/kernel'
import type { NoticeBook } from '../report/notices.ts'
import type { SlackReaction } from './slack-objects.ts'

/** As a row can hold it. */
const MAX_NAME = 100

/** The reactions that can be kept: each name once, each person once in it. Names stay Slack's, as `thumbsup::skin-tone-3`. */
export function usableReactions(reactions: readonly SlackReaction[], notices: NoticeBook): { name: string; users: string[] }[] {
  const usable = new Map<string, Set<string>>()
  for (const { name, users, count } of reactions) {
    if (name === '' || !isStorableText(name) || Array.from(name).length > MAX_NAME) {
      notices.note('reaction_not_taken', name, users.length)
      continue
    }
    if (typeof count === 'number' && count > users.length) notices.note('reactor_unlisted', name, Math.floor(count) - users.length)
    const known = usable.get(name) ?? new Set()
    for (const user of users) known.add(user)
    usable.set(name, known)
  }
  return [...usable].map(([name, users]) => ({ name, users: [...users] }))
}
