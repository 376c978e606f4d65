import type { BodyOf, ChannelMember, channelRoutes, FailedItem } from '@afrochat/contracts'
import type { Tx, UnitOfWork } from '@afrochat/database'
import type { Actor, ChannelId, DomainError, UserId } from '@afrochat/kernel'
import { notAllowed } from '../permissions/permission.errors.ts'
import type { ChannelAccess } from './channel-access.ts'
import type { ChannelDeps } from './channel-deps.ts'
import * as members from './channel-members.repository.ts'
import type { Candidate } from './channel-members.repository.ts'
import { cantAddSelf, singleChannelGuest, userNotFound } from './channel.errors.ts'
import { may } from './channel.policy.ts'
import { toChannelMember } from './channel.view.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { beginMemberships } from './memberships.ts'

/** `user_ids`: each once, at most 100: their events are one chunk of the log. */
export type AddChannelMembers = BodyOf<typeof channelRoutes.addChannelMembers> & { readonly channel_id: ChannelId }

export interface AddedMembers {
  /** All who were asked for and are in the channel now, in the order asked for. */
  readonly items: ChannelMember[]
  readonly failed: FailedItem[]
}

/** Adds people of the workspace; who is a member already is passed over. All or none, unless the others are to be added by `force`. */
export async function addChannelMembers({ transact, conversation }: ChannelDeps, actor: Actor, input: AddChannelMembers): Promise<AddedMembers> {
  return transact(actor, async (uow) => {
    const access = await lockChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.member.add' })
    assertOpen(access.channel)
    const asked = await loadPeople(uow.tx, access, input.user_ids)
    const judged = asked.map((one) => ({ ...one, refusal: refusalOf(one, access, actor) }))
    const refused = judged.flatMap(({ userId, refusal }) => (refusal === undefined ? [] : [{ userId, refusal }]))
    const [first] = refused
    if (first !== undefined && input.force !== true) throw first.refusal

    const people = judged.flatMap(({ person, refusal }) => (person === undefined || refusal !== undefined ? [] : [person]))
    const added = await add(uow, access, { people, addedBy: actor.userId })
    if (added.length > 0) {
      const note = { type: 'members_added', user_ids: added.map(({ user }) => user.id) } as const
      await conversation.note(uow, [{ channel: access.channel, actorId: actor.userId, note }])
    }
    const byId = new Map([...people.flatMap(asMember), ...added].map((member) => [member.user.id, member]))
    return {
      items: input.user_ids.flatMap((id) => byId.get(id) ?? []),
      failed: refused.map(({ userId, refusal: { code, message } }) => ({ id: userId, code, error: message })),
    }
  })
}

interface Asked {
  readonly userId: UserId
  /** Undefined: no active member of the workspace. */
  readonly person: Candidate | undefined
  /** A guest of one channel who is in another one. */
  readonly isPlaced: boolean
}

async function loadPeople(tx: Tx, { channel: { id: channelId, workspace_id: workspaceId } }: ChannelAccess, userIds: readonly UserId[]): Promise<Asked[]> {
  const singles = (await members.lockSingleChannelGuests(tx, workspaceId, userIds)).map(({ user_id }) => user_id)
  const candidates = new Map((await members.lockCandidates(tx, { channelId, workspaceId, userIds })).map((person) => [person.id, person]))
  const placed = new Set(singles.length === 0 ? [] : await members.listPlaced(tx, workspaceId, singles))
  return userIds.map((userId) => ({ userId, person: candidates.get(userId), isPlaced: placed.has(userId) }))
}

function refusalOf({ userId, person, isPlaced }: Asked, access: ChannelAccess, actor: Actor): DomainError | undefined {
  if (userId === actor.userId && access.membership === null) return cantAddSelf()
  if (person === undefined) return userNotFound()
  if (person.channel_role !== null) return undefined
  if (person.workspace_role === 'guest' && !may('channel.member.add_guest', access)) return notAllowed()
  return isPlaced ? singleChannelGuest() : undefined
}

function add(
  uow: UnitOfWork,
  { channel }: ChannelAccess,
  { people, addedBy }: { people: readonly Candidate[]; addedBy: UserId },
): Promise<ChannelMember[]> {
  const missing = people.filter(({ channel_role }) => channel_role === null)
  return beginMemberships(uow, missing.map((user) => ({ channel, user, role: 'member' })), addedBy)
}

const asMember = ({ channel_role, joined_at, ...user }: Candidate): ChannelMember[] =>
  (channel_role === null || joined_at === null ? [] : [toChannelMember({ ...user, channel_role, joined_at })])
