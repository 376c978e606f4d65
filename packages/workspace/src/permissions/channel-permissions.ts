import type { ChannelKind, WorkspaceSettings } from '@afrochat/contracts'
import { decide, when, type Cell } from './cell.ts'

/** What the caller is to a channel. Owners stand as admins: they have no silent way into what is private. */
export type ChannelStanding = 'guest_out' | 'guest_in' | 'member_out' | 'member_in' | 'manager_in' | 'admin_out' | 'admin_in'

/** `hidden`: answered as if there were no such channel. The others are the codes of refusals that may be given. */
export type ChannelVerdict = 'allow' | 'hidden' | 'not_in_channel' | 'guest_not_allowed' | 'not_allowed' | 'channel_read_only'

export type ChannelAction =
  | 'channel.read' | 'channel.mark_read' | 'channel.prefer' | 'channel.join' | 'channel.leave' | 'channel.post' | 'channel.post.read_only'
  | 'channel.update' | 'channel.set_posting' | 'channel.set_default' | 'channel.archive' | 'channel.convert' | 'channel.delete'
  | 'channel.member.add' | 'channel.member.add_guest' | 'channel.member.remove' | 'channel.member.set_role'
  | 'message.edit' | 'message.edits.read' | 'message.delete.own' | 'message.delete' | 'message.bulk_delete' | 'message.react' | 'message.pin'
  | 'message.schedule' | 'message.mention_channel' | 'message.mention_channel.large' | 'thread.lock'

type Verdicts = Readonly<Record<ChannelStanding, Cell<ChannelVerdict>>>
type ByKind = Readonly<Record<'public' | 'private' | 'direct', Verdicts>>

const A = 'allow'
const hidden = 'hidden'
const F = 'not_allowed'
const forMembers: Verdicts = {
  guest_out: hidden, guest_in: A, member_out: hidden, member_in: A, manager_in: A, admin_out: hidden, admin_in: A,
}
const forReaders: Verdicts = { ...forMembers, member_out: A, admin_out: A }
const forMembersOfAPublicOne: Verdicts = { ...forMembers, member_out: 'not_in_channel', admin_out: 'not_in_channel' }
const forNobody: Verdicts = {
  guest_out: hidden, guest_in: F, member_out: hidden, member_in: F, manager_in: F, admin_out: hidden, admin_in: F,
}
const forManagers: Verdicts = { ...forMembers, guest_in: F, member_in: F }
const forManagersOfAPublicOne: Verdicts = { ...forManagers, member_out: F, admin_out: A }

/** What is read: by every full member where the channel is public. */
const reading: ByKind = { public: forReaders, private: forMembers, direct: forMembers }
/** What is said and done among members. */
const taking: ByKind = { public: forMembersOfAPublicOne, private: forMembers, direct: forMembers }
/** What changes a channel: by its managers and the admins who may see it. Direct messages are nobody's to change. */
const managing: ByKind = { public: forManagersOfAPublicOne, private: forManagers, direct: forNobody }
const administrating: ByKind = {
  public: { ...managing.public, manager_in: F }, private: { ...managing.private, manager_in: F }, direct: forNobody,
}
/** Of other people's messages; in a direct message too, where whoever is an admin stays one. */
const moderating: ByKind = { public: forManagersOfAPublicOne, private: forManagers, direct: forManagers }

/** The same verdicts but for some standings. Whom the kind of channel hides it from, it stays hidden from. */
function but(changed: Partial<Verdicts>, { public: open, private: closed, direct }: ByKind): ByKind {
  const among = Object.fromEntries(Object.entries(changed).filter(([standing]) => !standing.endsWith('_out')))
  return { public: { ...open, ...changed }, private: { ...closed, ...among }, direct: { ...direct, ...among } }
}

/** Who may do what to a channel, by kind. Direct messages (`dm`, `group_dm`) have the people that they were opened with. */
export const channelPermissions: Readonly<Record<ChannelAction, ByKind>> = {
  'channel.read': reading,
  'channel.mark_read': reading,
  // Mute, star, and what to be notified of.
  'channel.prefer': reading,
  'channel.join': reading,
  'channel.leave': { ...taking, direct: forNobody },
  'channel.post': taking,
  // Where `posting` is `managers`.
  'channel.post.read_only': but({ guest_in: 'channel_read_only', member_in: 'channel_read_only' }, taking),

  // Name, topic, description.
  'channel.update': {
    ...but({ guest_in: 'guest_not_allowed', member_out: 'not_in_channel', member_in: when('members_may_update_channels', F) }, managing), direct: forNobody,
  },
  'channel.set_posting': managing,
  'channel.set_default': administrating,
  'channel.archive': { ...but({ member_in: when('members_may_archive_channels', F) }, managing), direct: forNobody },
  'channel.convert': { ...but({ manager_in: when('managers_may_convert_channels', F) }, administrating), direct: forNobody },
  'channel.delete': administrating,

  'channel.member.add': {
    // Everybody who may join a public channel may bring others along.
    ...but({ guest_in: 'guest_not_allowed', member_out: when('members_may_add_to_channels', F), member_in: when('members_may_add_to_channels', F) }, reading),
    direct: forNobody,
  },
  // What a guest sees is what they are in: admins invite them, and those answerable for a channel let them in.
  'channel.member.add_guest': managing,
  'channel.member.remove': managing,
  'channel.member.set_role': managing,

  // One's own; nobody edits what another wrote.
  'message.edit': taking,
  // Earlier texts of what others wrote; authors see those of their own.
  'message.edits.read': {
    public: seeingEdits(forReaders), private: seeingEdits(forMembers), direct: seeingEdits(forMembers),
  },
  // A guest may not what members may not.
  'message.delete.own': but({
    guest_in: when('members_may_delete_own_messages', F), member_in: when('members_may_delete_own_messages', F),
  }, taking),
  // Of somebody else's.
  'message.delete': moderating,
  'message.bulk_delete': moderating,
  'message.react': taking,
  'message.pin': but({ guest_in: when('guests_may_pin', 'guest_not_allowed') }, taking),
  'message.schedule': taking,
  // `@here`, `@channel`, `@everyone`.
  'message.mention_channel': but({ guest_in: 'guest_not_allowed', member_in: when('members_may_mention_channel', F) }, taking),
  // The same where there are more members than the workspace's limit.
  'message.mention_channel.large': but({ guest_in: 'guest_not_allowed', member_in: F }, taking),
  'thread.lock': managing,
}

/** Acts of those who run a channel: that somebody was refused one is written to the audit log. */
export const administrativeChannelActions: ReadonlySet<ChannelAction> = new Set<ChannelAction>([
  'channel.set_posting', 'channel.set_default', 'channel.archive', 'channel.convert', 'channel.delete', 'channel.member.remove', 'channel.member.set_role',
  'message.delete', 'message.bulk_delete', 'thread.lock',
])

/** The column of the table that a kind of channel is judged by. */
export function verdictOn(
  action: ChannelAction,
  kind: ChannelKind,
  { standing, settings }: { standing: ChannelStanding; settings: WorkspaceSettings },
): ChannelVerdict {
  const verdicts = channelPermissions[action]
  return decide((kind === 'public' || kind === 'private' ? verdicts[kind] : verdicts.direct)[standing], settings)
}

function seeingEdits(readers: Verdicts): Verdicts {
  const others = when('everyone_sees_edits', F)
  return { ...readers, guest_in: others, member_in: others, ...(readers.member_out === A && { member_out: others }) }
}
