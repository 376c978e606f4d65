import type { UserRow } from '@afrochat/auth'
import { channelStream, memberStream, type ChannelMember, type ChannelRole } from '@afrochat/contracts'
import { nextSeq, nextSeqs, type UnitOfWork } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'
import * as members from './channel-members.repository.ts'
import type { KeptState } from './channel-members.repository.ts'
import { toChannelMember, toSharedChannel } from './channel.view.ts'
import type { ChannelRow } from './channels.repository.ts'

/** Somebody who is not in the channel yet. */
export interface Joining {
  readonly channel: ChannelRow
  readonly user: UserRow
  readonly role: ChannelRole
}

/**
 * Makes people members of channels and announces each to the channel. The heads are locked, and who is a member was
 * read after that. A handful of statements, however many join.
 *
 * `addedBy`: who put them there; null: they came themselves.
 */
export async function beginMemberships({ tx, emit }: UnitOfWork, joining: readonly Joining[], addedBy: UserId | null): Promise<ChannelMember[]> {
  if (joining.length === 0) return []
  const places = await takePlaces({ tx, emit }, joining)
  const { joinedAt, kept } = await members.insertIntervals(tx, places.map(({ channel, user, role, seq }) =>
    ({ channelId: channel.id, workspaceId: channel.workspace_id, userId: user.id, role, fromSeq: seq })))

  const joined = places.map(({ channel, user, role, seq, nth }) => {
    const member = toChannelMember({ ...user, channel_role: role, joined_at: joinedAt })
    const channelThen = toSharedChannel({ ...channel, last_seq: seq, member_count: channel.member_count + nth })
    emit({
      type: 'member_joined', stream: channelStream(channel.id), workspaceId: channel.workspace_id, seq,
      payload: { channel: channelThen, ...member, added_by: addedBy === user.id ? null : addedBy },
    })
    return member
  })
  recall({ tx, emit }, joining, kept)
  return joined
}

/** Tells who comes back, and nobody else, what they kept about the channel: it is not the other members' business. */
function recall({ emit }: UnitOfWork, joining: readonly Joining[], kept: readonly KeptState[]): void {
  const workspaces = new Map(joining.map(({ channel }) => [channel.id, channel.workspace_id]))
  for (const { channel_id, user_id, muted, notify, starred } of kept) {
    const workspaceId = workspaces.get(channel_id)
    if (workspaceId === undefined || (!muted && !starred && notify === 'default')) continue
    emit({
      type: 'preferences_updated', stream: memberStream(workspaceId, user_id), workspaceId,
      payload: { channel: { channel_id, muted, notify, starred }, user: null },
    })
  }
}

/** Gives each their seq: of several who join one channel the `nth` one has the `nth` next. */
async function takePlaces({ tx }: UnitOfWork, joining: readonly Joining[]) {
  const counts = new Map<ChannelId, number>()
  const numbered = joining.map((one) => {
    const nth = (counts.get(one.channel.id) ?? 0) + 1
    counts.set(one.channel.id, nth)
    return { ...one, nth }
  })
  const first = await nextSeqs(tx, counts)
  return numbered.map((one) => {
    const start = first.get(one.channel.id)
    if (start === undefined) throw new Error(`The channel ${one.channel.id} has no stream head`)
    return { ...one, seq: start + one.nth - 1 }
  })
}

/** Ends a membership that is known to be there, with the head locked; the news of it is the last thing that the person gets from the channel. */
export async function endMembership(
  { tx, emit }: UnitOfWork,
  { channel, userId, removedBy }: { channel: ChannelRow; userId: UserId; removedBy: UserId | null },
): Promise<void> {
  const seq = await nextSeq(tx, channel.id)
  await members.endInterval(tx, { channelId: channel.id, userId, toSeq: seq })
  emit({
    type: 'member_left', stream: channelStream(channel.id), workspaceId: channel.workspace_id, seq,
    payload: { channel_id: channel.id, user_id: userId, removed_by: removedBy },
  })
}

/** The same for one person in several channels, in a handful of statements. */
export async function endMemberships(
  { tx, emit }: UnitOfWork,
  { channels, userId, removedBy }: { channels: readonly ChannelRow[]; userId: UserId; removedBy: UserId | null },
): Promise<void> {
  if (channels.length === 0) return
  const seqs = await nextSeqs(tx, new Map(channels.map(({ id }) => [id, 1])))
  await members.endIntervals(tx, userId, seqs)
  for (const { id, workspace_id: workspaceId } of channels) {
    const seq = seqs.get(id)
    if (seq === undefined) throw new Error(`The channel ${id} has no stream head`)
    emit({
      type: 'member_left', stream: channelStream(id), workspaceId, seq, payload: { channel_id: id, user_id: userId, removed_by: removedBy },
    })
  }
}
