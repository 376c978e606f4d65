import type { Mentions } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { isUuid, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { DomainError } from '@afrochat/kernel'
import * as mentioned from './mentions.repository.ts'
import { replaceOutsideCode } from './outside-code.ts'

/** A text whose mentions are ids, and who is mentioned. */
export interface MentioningText {
  readonly content: string
  readonly mentions: Mentions
}

export const MAX_MENTIONS = 100

const BROADCASTS = ['here', 'channel', 'everyone'] as const
type Broadcast = (typeof BROADCASTS)[number]

/** `<@id>`, `<!here>`, or `@name` that does not continue a word (an address is no mention). */
const MENTION = /<@([0-9a-f-]{36})>|<!(here|channel|everyone)>|(?<![\p{L}\p{N}_.@/-])@([A-Za-z0-9][A-Za-z0-9._-]{0,31})/gu

/**
 * Turns `@name` into `<@user_id>` and `@here` into `<!here>` outside code, so that a rename neither breaks nor
 * re-targets an old mention. Only members of the workspace can be mentioned; other names stay as they were written.
 * Throws `too_many_mentions`.
 */
export async function resolveMentions(db: Db, workspaceId: WorkspaceId, content: string): Promise<MentioningText> {
  const wanted = collect(content)
  if (wanted === undefined) return { content, mentions: NO_MENTIONS }
  const people = await mentioned.findMembers(db, workspaceId, wanted)
  const byName = new Map(people.map(({ id, username }) => [username, id]))
  const ids = new Set(people.map(({ id }) => id))
  const userIds = new Set<UserId>()
  const broadcasts = new Set<Broadcast>()

  const mention = (id: UserId) => {
    userIds.add(id)
    return `<@${id}>`
  }
  const broadcast = (name: Broadcast) => {
    broadcasts.add(name)
    return `<!${name}>`
  }
  const resolved = replaceOutsideCode(content, (prose) =>
    prose.replace(MENTION, (written, ...groups: (string | undefined)[]) => {
      const [id, sent, name] = groups
      if (id !== undefined) return isMemberId(ids, id) ? mention(id) : written
      return replaceName(sent ?? name ?? '', { byName, mention, broadcast }) ?? written
    }))
  return {
    content: resolved,
    mentions: { user_ids: [...userIds], group_ids: [], channel: BROADCASTS.findLast((name) => broadcasts.has(name)) ?? null },
  }
}

const NO_MENTIONS: Mentions = { user_ids: [], group_ids: [], channel: null }

const tooManyMentions = () =>
  new DomainError('invalid', 'too_many_mentions', `A message mentions at most ${MAX_MENTIONS} people`, {
    details: [{ path: '/content', message: `must mention at most ${MAX_MENTIONS} people` }],
  })

/** Names and ids to look up; undefined when there is nothing that could be a mention, as in most messages. */
function collect(content: string): { names: string[]; ids: UserId[] } | undefined {
  if (!content.includes('@') && !content.includes('<!')) return undefined
  const names = new Set<string>()
  const ids = new Set<UserId>()
  let found = false
  replaceOutsideCode(content, (prose) => {
    for (const [, id, , name] of prose.matchAll(MENTION)) {
      found = true
      // What has the form of an id may be looked up as one; only those found are taken for members.
      if (id !== undefined && isUuid(id)) ids.add(id as UserId)
      if (name !== undefined) for (const candidate of candidates(name)) names.add(candidate)
    }
    return prose
  })
  if (names.size + ids.size > 2 * MAX_MENTIONS) throw tooManyMentions()
  return found ? { names: [...names], ids: [...ids] } : undefined
}

/** The name as written, and without the punctuation that ends a sentence: `@ada.` is ada, unless there is an `ada.`. */
function candidates(name: string): string[] {
  const lower = name.toLowerCase()
  return [...new Set([lower, lower.replace(/[._-]+$/, '')])]
}

interface Replacing {
  readonly byName: ReadonlyMap<string, UserId>
  readonly mention: (id: UserId) => string
  readonly broadcast: (name: Broadcast) => string
}

function replaceName(name: string, { byName, mention, broadcast }: Replacing): string | undefined {
  for (const candidate of candidates(name)) {
    const rest = name.slice(candidate.length)
    const special = BROADCASTS.find((broadcastName) => broadcastName === candidate)
    if (special !== undefined) return broadcast(special) + rest
    const id = byName.get(candidate)
    if (id !== undefined) return mention(id) + rest
  }
  return undefined
}

function isMemberId(ids: ReadonlySet<string>, id: string): id is UserId {
  return ids.has(id)
}
