import type { ChannelKind, WorkspaceSettings } from '@afrochat/contracts'
import { decide, when, type Cell } from './cell.ts'

/** What the caller is to a channel. Owners stand as admins: they have no silent way into what is private. */
export type ChannelStanding = Outside | 'guest_in' | 'member_in' | 'manager_in' | 'admin_in'
type Outside = 'guest_out' | 'member_out' | 'admin_out'

type Refusal = 'not_in_channel' | 'guest_not_allowed' | 'not_allowed' | 'channel_read_only'
/** `hidden`: answered as if there were no such channel. The others are the codes of refusals that may be given. */
export type ChannelVerdict = 'allow' | 'hidden' | Refusal

export type ChannelAction =
  | 'channel.read' | 'channel.mark_read' | 'channel.prefer' | 'channel.join' | 'channel.leave' | 'channel.post' | 'channel.post.read_only'
  | 'channel.update' | 'channel.set_posting' | 'channel.set_default' | 'channel.archive' | 'channel.convert' | 'channel.delete'
  | 'channel.member.add' | 'channel.member.add_guest' | 'channel.member.remove' | 'channel.member.set_role'
  | 'message.edit' | 'message.edits.read' | 'message.delete.own' | 'message.delete' | 'message.react' | 'message.pin'
  | 'message.schedule' | 'message.mention_channel' | 'message.mention_channel.large' | 'thread.lock'

/**
 * Who sees from outside that a channel is there. Whom it is hidden from gets the same answer whatever they ask: that there
 * is none. Who is in it sees it.
 */
export const seenFromOutside: Readonly<Record<'public' | 'private' | 'direct', Readonly<Record<Outside, boolean>>>> = {
  public: { guest_out: false, member_out: true, admin_out: true },
  private: { guest_out: false, member_out: false, admin_out: false },
  direct: { guest_out: false, member_out: false, admin_out: false },
}

type Row<Standing extends ChannelStanding> = Readonly<Partial<Record<Standing, Cell<'allow' | Refusal>>>>

/**
 * Who may, and who is refused for a reason of its own. Whoever is not named may not: from outside because they are not in
 * the channel, from within because they are not who does such things there.
 */
export interface Permission {
  /** In a public or private channel. Those outside are outside of a public one: no other is seen from there. */
  readonly channel: Row<Exclude<ChannelStanding, 'guest_out'>>
  /** In a direct message, which has the people that it was opened with, and no managers. */
  readonly direct: Row<'guest_in' | 'member_in' | 'admin_in'>
}

const A = 'allow'
const F = 'not_allowed'
const membersOfDirect = { guest_in: A, member_in: A, admin_in: A } as const
const members = { guest_in: A, member_in: A, manager_in: A, admin_in: A } as const
const admins = { admin_in: A, admin_out: A, member_out: F } as const

/** What is read: by every full member where the channel is public. */
const reading: Permission = { channel: { ...members, member_out: A, admin_out: A }, direct: membersOfDirect }
/** What is said and done among members. */
const taking: Permission = { channel: members, direct: membersOfDirect }
/** What changes a channel: by its managers and the admins who see it. Direct messages are nobody's to change. */
const managing: Permission = { channel: { ...admins, manager_in: A }, direct: {} }
const administrating: Permission = { channel: admins, direct: {} }

const ownDeletion = when('members_may_delete_own_messages', F)
const addition = when('members_may_add_to_channels', F)
const editsOfOthers = when('everyone_sees_edits', F)
const pinning = when('guests_may_pin', 'guest_not_allowed')
const callingAll = when('members_may_mention_channel', F)

/** Who may do what to a channel that they see. */
export const channelPermissions: Readonly<Record<ChannelAction, Permission>> = {
  'channel.read': reading,
  'channel.mark_read': reading,
  // Mute, star, and what to be notified of.
  'channel.prefer': reading,
  'channel.join': reading,
  'channel.leave': { ...taking, direct: {} },
  'channel.post': taking,
  // Where `posting` is `managers`.
  'channel.post.read_only': { channel: { ...members, guest_in: 'channel_read_only', member_in: 'channel_read_only' }, direct: {} },

  // Name, topic, description.
  'channel.update': {
    channel: { guest_in: 'guest_not_allowed', member_in: when('members_may_update_channels', F), manager_in: A, admin_in: A, admin_out: A }, direct: {},
  },
  'channel.set_posting': managing,
  'channel.set_default': administrating,
  'channel.archive': { channel: { ...managing.channel, member_in: when('members_may_archive_channels', F) }, direct: {} },
  'channel.convert': { channel: { ...admins, manager_in: when('managers_may_convert_channels', F) }, direct: {} },
  'channel.delete': administrating,

  // Everybody who may join a public channel may bring others along.
  'channel.member.add': { channel: { ...reading.channel, guest_in: 'guest_not_allowed', member_in: addition, member_out: addition }, direct: {} },
  // What a guest sees is what they are in: admins invite them, and those answerable for a channel let them in.
  'channel.member.add_guest': managing,
  'channel.member.remove': managing,
  'channel.member.set_role': managing,

  // One's own; nobody edits what another wrote.
  'message.edit': taking,
  // Earlier texts of what others wrote; authors see those of their own.
  'message.edits.read': {
    channel: { ...reading.channel, guest_in: editsOfOthers, member_in: editsOfOthers, member_out: editsOfOthers },
    direct: { ...membersOfDirect, guest_in: editsOfOthers, member_in: editsOfOthers },
  },
  // A guest may not what members may not.
  'message.delete.own': {
    channel: { ...members, guest_in: ownDeletion, member_in: ownDeletion, admin_out: A },
    direct: { ...membersOfDirect, guest_in: ownDeletion, member_in: ownDeletion },
  },
  // Of somebody else's; in a direct message too, where whoever is an admin stays one.
  'message.delete': { channel: managing.channel, direct: { admin_in: A } },
  'message.react': taking,
  'message.pin': { channel: { ...members, guest_in: pinning }, direct: { ...membersOfDirect, guest_in: pinning } },
  'message.schedule': taking,
  // `@here`, `@channel`, `@everyone`: asked of who may post.
  'message.mention_channel': { channel: { member_in: callingAll, manager_in: A, admin_in: A }, direct: { member_in: callingAll, admin_in: A } },
  // The same where there are more members than the workspace's limit.
  'message.mention_channel.large': { channel: { manager_in: A, admin_in: A }, direct: { admin_in: A } },
  'thread.lock': managing,
}

/** Acts of those who run a channel: that somebody was refused one is written to the audit log. */
export const administrativeChannelActions: ReadonlySet<ChannelAction> = new Set<ChannelAction>([
  'channel.set_posting', 'channel.set_default', 'channel.archive', 'channel.convert', 'channel.delete', 'channel.member.remove', 'channel.member.set_role',
  'message.delete', 'thread.lock',
])

/** What somebody of this standing is answered. */
export function verdictOn(
  action: ChannelAction,
  kind: ChannelKind,
  { standing, settings }: { standing: ChannelStanding; settings: WorkspaceSettings },
): ChannelVerdict {
  const family = kind === 'public' || kind === 'private' ? kind : 'direct'
  if (isOutside(standing) && !seenFromOutside[family][standing]) return 'hidden'
  const row: Row<ChannelStanding> = channelPermissions[action][family === 'direct' ? 'direct' : 'channel']
  const cell = row[standing] ?? (isOutside(standing) ? 'not_in_channel' : 'not_allowed')
  return decide(cell, settings)
}

const isOutside = (standing: ChannelStanding): standing is Outside => standing.endsWith('_out')
