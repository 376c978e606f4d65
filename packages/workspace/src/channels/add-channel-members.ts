import type { ChannelMember } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import type { Actor, ChannelId, UserId } from '@afrochat/kernel'
import type { ChannelAccess } from './channel-access.ts'
import * as members from './channel-members.repository.ts'
import { cantAddSelf, userNotFound } from './channel.errors.ts'
import { toChannelMember } from './channel.view.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { beginMemberships } from './memberships.ts'

export interface AddChannelMembers {
  readonly channel_id: ChannelId
  /** Each once, at most 100: their events are one chunk of the log. */
  readonly user_ids: readonly UserId[]
}

/** Adds people of the workspace, all or none. Who is a member already is passed over; all of them are answered, in the order asked for. */
export async function addChannelMembers({ transact }: { transact: Transact }, actor: Actor, input: AddChannelMembers): Promise<{ items: ChannelMember[] }> {
  return transact(actor, async (uow) => {
    const access = await lockChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.member.add' })
    assertOpen(access.channel)
    if (access.membership === null && input.user_ids.includes(actor.userId)) throw cantAddSelf()

    const { present, missing } = await lockPeople(uow.tx, access, input.user_ids)
    const added = await beginMemberships(uow, missing.map((user) => ({ channel: access.channel, user, role: 'member' })), actor.userId)
    const byId = new Map([...present, ...added].map((member) => [member.user.id, member]))
    return { items: input.user_ids.flatMap((id) => byId.get(id) ?? []) }
  })
}

/** Who of them is in the channel and who is not. Everybody must be an active member of the workspace. */
async function lockPeople(tx: Tx, { channel }: ChannelAccess, userIds: readonly UserId[]) {
  const candidates = await members.lockCandidates(tx, { channelId: channel.id, workspaceId: channel.workspace_id, userIds })
  if (candidates.length < userIds.length) throw userNotFound()
  const byId = new Map(candidates.map((person) => [person.id, person]))
  const people = userIds.flatMap((id) => byId.get(id) ?? [])
  const present = people.flatMap(({ channel_role, joined_at, ...user }) =>
    channel_role === null || joined_at === null ? [] : [toChannelMember({ ...user, channel_role, joined_at })])
  return { present, missing: people.filter((person) => person.channel_role === null) }
}
