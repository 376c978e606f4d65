import { lockHeads, type Db, type Tx } from '@afrochat/database'
import type { Actor, ChannelId, UserId } from '@afrochat/kernel'
import * as dms from '../dms/dms.repository.ts'
import type { ChannelAction } from '../permissions/channel-permissions.ts'
import { settingsOf } from '../workspaces/workspace.view.ts'
import type { ChannelAccess, MemberAccess } from './channel-access.ts'
import { channelArchived, channelNotFound, notInChannel, recipientDeactivated } from './channel.errors.ts'
import { assertMay, may, postingIn } from './channel.policy.ts'
import * as channels from './channels.repository.ts'
import type { ChannelRow } from './channels.repository.ts'

interface Wanted {
  readonly id: ChannelId
  /** What is to be done to it: the table of permissions decides by it. */
  readonly action: ChannelAction
}

/**
 * The one way to get a channel on behalf of somebody: for an action that they may do to it. One that is missing, of
 * another workspace or private to others is `channel_not_found`.
 */
export async function getChannelFor(db: Db, actor: Actor, { id, action }: Wanted): Promise<ChannelAccess> {
  return permit(action, await channels.findWithStanding(db, actor.userId, id))
}

/** Several at once, each for the same action; one that may not be had fails all. */
export async function getChannelsFor(db: Db, actor: Actor, { ids, action }: { ids: readonly ChannelId[]; action: ChannelAction }): Promise<ChannelAccess[]> {
  const rows = new Map((await channels.listWithStanding(db, actor.userId, ids)).map((row) => [row.id, row]))
  return ids.map((id) => permit(action, rows.get(id)))
}

/** Of these channels those whose history the caller may read now. */
export const readableAmong = (db: Db, actor: Actor, ids: readonly ChannelId[]): Promise<ReadonlySet<ChannelId>> =>
  permittedAmong(db, actor.userId, { ids, action: 'channel.read' })

/** Of these channels those to which somebody may do this now. */
export async function permittedAmong(
  db: Db,
  userId: UserId,
  { ids, action }: { ids: readonly ChannelId[]; action: ChannelAction },
): Promise<ReadonlySet<ChannelId>> {
  const accesses = (await channels.listWithStanding(db, userId, ids)).map(toAccess)
  return new Set(accesses.filter((access) => may(action, access)).map(({ channel }) => channel.id))
}

/** The same for a change: takes the channel's lock first, so that what is read here stays true until the transaction ends. */
export async function lockChannelFor(tx: Tx, actor: Actor, { id, action }: Wanted): Promise<ChannelAccess> {
  await lockHeads(tx, [id])
  // A statement of its own: the waiting one would have read from before it waited.
  return permit(action, await channels.lockStanding(tx, actor.userId, id))
}

type StandingRow = Awaited<ReturnType<typeof channels.listWithStanding>>[number]

function permit(action: ChannelAction, row: StandingRow | undefined): ChannelAccess {
  if (row === undefined) throw channelNotFound()
  const access = toAccess(row)
  assertMay(action, access)
  return access
}

function toAccess(row: StandingRow): ChannelAccess {
  const { workspace_role: workspaceRole, single_channel: singleChannel, channel_role: role, from_seq: fromSeq, settings, ...channel } = row
  const membership = role === null || fromSeq === null ? null : { role, fromSeq }
  return { channel, membership, workspaceRole, singleChannel, settings: settingsOf({ settings }) }
}

/** A channel whose history the caller may read: a member, or a full member of the workspace and the channel is public. */
export const getReadableChannel = (db: Db, actor: Actor, channelId: ChannelId): Promise<ChannelAccess> =>
  getChannelFor(db, actor, { id: channelId, action: 'channel.read' })

/**
 * A channel in which the caller may post now: as a member, where members post, while it is open and the other person of
 * a direct message is there. Posting itself is decided by `post_messages` in the database, by the same rules.
 * To act on it, call it in a statement after `lockHeads(tx, [channelId])`: read any earlier, the answer may be stale by then.
 */
export async function getWritableChannel(db: Db, actor: Actor, channelId: ChannelId): Promise<MemberAccess> {
  const { membership, ...access } = await getChannelFor(db, actor, { id: channelId, action: 'channel.post' })
  if (membership === null) throw notInChannel()
  const { channel } = access
  assertMay(postingIn(channel), { ...access, membership })
  assertOpen(channel)
  await assertContinued(db, channel)
  return { ...access, membership }
}

/** A direct message whose other person is gone can be read, and changes no more. */
export async function assertContinued(db: Db, { kind, workspace_id, user_ids }: ChannelRow): Promise<void> {
  if (kind === 'dm' && !await dms.areAllActive(db, workspace_id, user_ids ?? [])) throw recipientDeactivated()
}

/** Archived channels are read-only, their membership included. */
export function assertOpen(channel: Pick<ChannelRow, 'archived_at'>): void {
  if (channel.archived_at !== null) throw channelArchived()
}
