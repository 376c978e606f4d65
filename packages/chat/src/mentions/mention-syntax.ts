import type { Mentions } from '@afrochat/contracts'
import { DomainError, isUuid, type GroupId, type UserId } from '@afrochat/kernel'
import { replaceOutsideCode } from './outside-code.ts'

export const MAX_MENTIONS = 100

/** From the narrowest to the widest. */
const BROADCASTS = ['here', 'channel', 'everyone'] as const
export type Broadcast = (typeof BROADCASTS)[number]

/** `<@id>`, `<!group:id>`, `<!here>`, or `@name` that does not continue a word (an address is no mention). */
const MENTION =
  /<@([0-9a-f-]{36})>|<!group:([0-9a-f-]{36})>|<!(here|channel|everyone)>|(?<![\p{L}\p{N}_.@/-])@([A-Za-z0-9][A-Za-z0-9._-]{0,31})/gu

/** What a text may mention, before anybody knows who that is. */
export interface Wanted {
  readonly userIds: readonly UserId[]
  readonly groupIds: readonly GroupId[]
  /** In lower case, as written and without the punctuation that ends a sentence. */
  readonly names: readonly string[]
  readonly broadcasts: ReadonlySet<Broadcast>
}

/** What there is of it. */
export interface Known {
  readonly userIds: ReadonlySet<UserId>
  readonly groupIds: ReadonlySet<GroupId>
  readonly userByName: ReadonlyMap<string, UserId>
  readonly groupByHandle: ReadonlyMap<string, GroupId>
  /** Those that may be used; the others stay as they were written and mention nobody. */
  readonly broadcasts: ReadonlySet<Broadcast>
}

/** Undefined when there is nothing that could be a mention, as in most messages. Throws `too_many_mentions`. */
export function collectMentions(content: string): Wanted | undefined {
  if (!content.includes('@') && !content.includes('<!')) return undefined
  const userIds = new Set<UserId>()
  const groupIds = new Set<GroupId>()
  const names = new Set<string>()
  const broadcasts = new Set<Broadcast>()
  replaceOutsideCode(content, (prose) => {
    for (const [, userId, groupId, sent, name] of prose.matchAll(MENTION)) {
      // What has the form of an id may be looked up as one; only those found are taken for what they say.
      if (userId !== undefined && isUuid(userId)) userIds.add(userId as UserId)
      // The same.
      if (groupId !== undefined && isUuid(groupId)) groupIds.add(groupId as GroupId)
      for (const candidate of candidates(sent ?? name ?? '')) {
        if (isBroadcast(candidate)) broadcasts.add(candidate)
        else if (candidate !== '') names.add(candidate)
      }
    }
    return prose
  })
  // A name may count twice: with its punctuation and without.
  if (userIds.size + groupIds.size + names.size > 2 * MAX_MENTIONS) throw tooManyMentions()
  if (userIds.size + groupIds.size + names.size + broadcasts.size === 0) return undefined
  return { userIds: [...userIds], groupIds: [...groupIds], names: [...names], broadcasts }
}

/** The text with ids for what is known, and what it mentions, each once and in the order of the text. */
export function replaceMentions(content: string, known: Known): { content: string; mentions: Mentions } {
  const found = { userIds: new Set<UserId>(), groupIds: new Set<GroupId>(), broadcasts: new Set<Broadcast>() }
  const replaced = replaceOutsideCode(content, (prose) =>
    prose.replace(MENTION, (written, ...groups: (string | undefined)[]) => {
      const [userId, groupId, sent, name] = groups
      if (userId !== undefined) return has(known.userIds, userId) ? mentionUser(found, userId) : written
      if (groupId !== undefined) return has(known.groupIds, groupId) ? mentionGroup(found, groupId) : written
      return replaceName(sent ?? name ?? '', known, found) ?? written
    }))
  const mentions = {
    user_ids: [...found.userIds], group_ids: [...found.groupIds], channel: BROADCASTS.findLast((name) => found.broadcasts.has(name)) ?? null,
  }
  return { content: replaced, mentions }
}

interface Found {
  readonly userIds: Set<UserId>
  readonly groupIds: Set<GroupId>
  readonly broadcasts: Set<Broadcast>
}

function replaceName(name: string, known: Known, found: Found): string | undefined {
  for (const candidate of candidates(name)) {
    const rest = name.slice(candidate.length)
    if (isBroadcast(candidate)) return known.broadcasts.has(candidate) ? mentionAll(found, candidate) + rest : undefined
    const userId = known.userByName.get(candidate)
    if (userId !== undefined) return mentionUser(found, userId) + rest
    const groupId = known.groupByHandle.get(candidate)
    if (groupId !== undefined) return mentionGroup(found, groupId) + rest
  }
  return undefined
}

function mentionUser({ userIds }: Found, id: UserId): string {
  userIds.add(id)
  return `<@${id}>`
}

function mentionGroup({ groupIds }: Found, id: GroupId): string {
  groupIds.add(id)
  return `<!group:${id}>`
}

function mentionAll({ broadcasts }: Found, name: Broadcast): string {
  broadcasts.add(name)
  return `<!${name}>`
}

/** The name as written, and without the punctuation that ends a sentence: `@ada.` is ada, unless there is an `ada.`. */
function candidates(name: string): string[] {
  const lower = name.toLowerCase()
  return [...new Set([lower, lower.replace(/[._-]+$/, '')])]
}

const isBroadcast = (name: string): name is Broadcast => BROADCASTS.some((broadcast) => broadcast === name)

/** Of a set of ids that are known to be of this kind. */
function has<T extends string>(ids: ReadonlySet<T>, id: string): id is T {
  const any: ReadonlySet<string> = ids
  return any.has(id)
}

const tooManyMentions = () =>
  new DomainError('invalid', 'too_many_mentions', `A message mentions at most ${MAX_MENTIONS} people and groups`, {
    details: [{ path: '/content', message: `must mention at most ${MAX_MENTIONS} people and groups` }],
  })
