import type { Mentions, SendNotice } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor, ChannelId, GroupId, UserId, WorkspaceId } from '@afrochat/kernel'
import { findMentionedGroups, getReadableChannel, may, type ChannelAccess, type MentionedGroup } from '@afrochat/workspace'
import type { Presence } from '../ports.ts'
import { collectMentions, replaceMentions, type Broadcast, type Wanted } from './mention-syntax.ts'
import * as repository from './mentions.repository.ts'
import type { Person, Speaker } from './mentions.repository.ts'

export interface MentionDeps {
  readonly db: Db
  readonly presence: Presence
}

/** A text that somebody says in a channel. */
export interface Saying {
  readonly actor: Actor
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly content: string
  /** Of an edit: what the message mentions already, which it may go on mentioning, and whether it may mention all now who were not. */
  readonly earlier?: { readonly mentions: Mentions; readonly mayAdd: boolean }
}

/** Whom a message calls. Of them count those who are in the channel, and not its author: that is decided where it is written. */
export interface Called {
  /** By name or by a group's. */
  readonly direct: readonly UserId[]
  /** By `@here`: who is there now. */
  readonly here: readonly UserId[]
}

/** A text whose mentions are ids, and whom it mentions. */
export interface ResolvedText {
  readonly content: string
  readonly mentions: Mentions
  readonly called: Called
  /** Who is in each of the groups, and in those that are in it. */
  readonly groupMembers: ReadonlyMap<GroupId, readonly UserId[]>
  readonly notices: SendNotice[]
}

/**
 * Turns `@name` into `<@user_id>`, a group's handle into `<!group:id>` and `@here` into `<!here>` outside code, so that a
 * rename neither breaks nor re-targets an old mention. Only active members of the workspace can be mentioned, by guests
 * only those whom they may know; other names stay as they were written. So does `@here`, `@channel` or `@everyone` of
 * somebody who may not call everybody: then nobody is mentioned by it, and its author is told. Throws `too_many_mentions`.
 */
export async function resolveMentions(deps: MentionDeps, saying: Saying): Promise<ResolvedText> {
  const wanted = collectMentions(saying.content)
  if (wanted === undefined) return { content: saying.content, mentions: NOBODY, called: { direct: [], here: [] }, groupMembers: new Map(), notices: [] }
  const { people, groups } = await findMentioned(deps.db, saying, wanted)
  const access = wanted.broadcasts.size > 0 ? await getReadableChannel(deps.db, saying.actor, saying.channelId) : undefined
  const broadcasts = access === undefined ? new Set<Broadcast>() : allowedBroadcasts(access, saying, wanted)

  const { earlier } = saying
  const { content, mentions } = replaceMentions(saying.content, {
    userIds: new Set([...people.map(({ id }) => id), ...earlier?.mentions.user_ids ?? []]),
    groupIds: new Set([...groups.map(({ id }) => id), ...earlier?.mentions.group_ids ?? []]),
    userByName: new Map(people.map(({ id, username }) => [username, id])),
    groupByHandle: new Map(groups.map(({ id, handle }) => [handle, id])),
    broadcasts,
  })
  const groupMembers = new Map(groups.map(({ id, user_ids }) => [id, user_ids]))
  const isRefused = [...wanted.broadcasts].some((name) => !broadcasts.has(name))
  return {
    content, mentions, groupMembers,
    called: {
      direct: [...new Set([...mentions.user_ids, ...mentions.group_ids.flatMap((id) => groupMembers.get(id) ?? [])])],
      here: mentions.channel === 'here' ? await listActive(deps, saying.channelId) : [],
    },
    notices: [...noticesOf(people, saying, mentions), ...(isRefused ? [CHANNEL_MENTION_NOT_ALLOWED] : [])],
  }
}

const NOBODY: Mentions = { user_ids: [], group_ids: [], channel: null }
const CHANNEL_MENTION_NOT_ALLOWED: SendNotice = { code: 'channel_mention_not_allowed', user_ids: [] }

async function findMentioned(db: Db, { actor, workspaceId, channelId }: Saying, wanted: Wanted): Promise<{ people: Person[]; groups: MentionedGroup[] }> {
  const speaker: Speaker = { workspaceId, channelId, userId: actor.userId }
  const { names, userIds: ids, groupIds } = wanted
  const people = names.length + ids.length > 0 ? await repository.findPeople(db, speaker, { names, ids }) : []
  // Handles and usernames are one namespace: what is a person's is no group's.
  const handles = names.filter((name) => !people.some(({ username }) => username === name))
  if (handles.length + groupIds.length === 0 || !await repository.isFullMember(db, speaker)) return { people, groups: [] }
  return { people, groups: await findMentionedGroups(db, workspaceId, { handles, ids: groupIds }) }
}

/** Of `@here`, `@channel` and `@everyone` those that call people: by permission, and by how many there are. */
function allowedBroadcasts(access: ChannelAccess, { earlier }: Saying, { broadcasts }: Wanted): Set<Broadcast> {
  const isAllowed = (earlier?.mayAdd ?? true) && mayMentionAll(access)
  return new Set([...broadcasts].filter((name) => isAllowed || name === earlier?.mentions.channel))
}

function mayMentionAll(access: ChannelAccess): boolean {
  const { channel, settings: { channel_mention_max_members: max } } = access
  return may(max !== null && channel.member_count > max ? 'message.mention_channel.large' : 'message.mention_channel', access)
}

async function listActive({ db, presence }: MentionDeps, channelId: ChannelId): Promise<UserId[]> {
  return [...await presence.activeAmong(await repository.listMemberIds(db, channelId))]
}

/** Whoever was named and is not in the channel does not hear of it; the author may add them. Bots need no such offer, and in direct messages there is none. */
function noticesOf(people: readonly Person[], { earlier }: Saying, { user_ids }: Mentions): SendNotice[] {
  if (earlier !== undefined) return []
  const outside = people.filter(({ id, is_bot, is_addable }) => is_addable && !is_bot && user_ids.includes(id)).map(({ id }) => id)
  return outside.length > 0 ? [{ code: 'mentioned_not_in_channel', user_ids: outside }] : []
}
