import type { ChannelKind, WorkspaceSettings } from '@afrochat/contracts'
import { decide, type Cell } from './cell.ts'

/** What the caller is to a channel. Owners stand as admins: they have no silent way into what is private. */
export type ChannelStanding = 'guest_out' | 'guest_in' | 'member_out' | 'member_in' | 'manager_in' | 'admin_out' | 'admin_in'

/** `hidden`: answered as if there were no such channel. The others are the codes of refusals that may be given. */
export type ChannelVerdict = 'allow' | 'hidden' | 'not_in_channel' | 'guest_not_allowed' | 'not_allowed'

export type ChannelAction =
  | 'channel.read' | 'channel.mark_read' | 'channel.join' | 'channel.leave' | 'channel.post' | 'channel.member.add' | 'channel.member.remove'
  | 'message.delete'

type Verdicts = Readonly<Record<ChannelStanding, Cell<ChannelVerdict>>>

const A = 'allow'
const hidden = 'hidden'
const forMembers: Verdicts = {
  guest_out: hidden, guest_in: A, member_out: hidden, member_in: A, manager_in: A, admin_out: hidden, admin_in: A,
}
const forReaders: Verdicts = { ...forMembers, member_out: A, admin_out: A }
const forMembersOfAPublicOne: Verdicts = { ...forMembers, member_out: 'not_in_channel', admin_out: 'not_in_channel' }
const forNobody: Verdicts = {
  guest_out: hidden, guest_in: 'not_allowed', member_out: hidden, member_in: 'not_allowed', manager_in: 'not_allowed', admin_out: hidden, admin_in: 'not_allowed',
}

/** Who may do what to a channel, by kind. Direct messages (`dm`, `group_dm`) have the people that they were opened with. */
export const channelPermissions: Readonly<Record<ChannelAction, Readonly<Record<'public' | 'private' | 'direct', Verdicts>>>> = {
  'channel.read': { public: forReaders, private: forMembers, direct: forMembers },
  'channel.mark_read': { public: forReaders, private: forMembers, direct: forMembers },
  'channel.join': { public: forReaders, private: forMembers, direct: forMembers },
  'channel.leave': { public: forMembersOfAPublicOne, private: forMembers, direct: forNobody },
  'channel.post': { public: forMembersOfAPublicOne, private: forMembers, direct: forMembers },
  'channel.member.add': {
    // Everybody who may join a public channel may bring others along.
    public: { ...forReaders, guest_in: 'guest_not_allowed' },
    private: { ...forMembers, guest_in: 'guest_not_allowed' },
    direct: forNobody,
  },
  'channel.member.remove': {
    public: { guest_out: hidden, guest_in: 'not_allowed', member_out: 'not_allowed', member_in: 'not_allowed', manager_in: A, admin_out: A, admin_in: A },
    private: { ...forMembers, guest_in: 'not_allowed', member_in: 'not_allowed' },
    direct: forNobody,
  },
  // Of somebody else's message: one's own is deleted by whoever may post.
  'message.delete': {
    public: { guest_out: hidden, guest_in: 'not_allowed', member_out: 'not_allowed', member_in: 'not_allowed', manager_in: A, admin_out: A, admin_in: A },
    private: { ...forMembers, guest_in: 'not_allowed', member_in: 'not_allowed' },
    direct: { ...forMembers, guest_in: 'not_allowed', member_in: 'not_allowed' },
  },
}

/** The column of the table that a kind of channel is judged by. */
export function verdictOn(action: ChannelAction, kind: ChannelKind, { standing, settings }: { standing: ChannelStanding; settings: WorkspaceSettings }): ChannelVerdict {
  const verdicts = channelPermissions[action]
  return decide((kind === 'public' || kind === 'private' ? verdicts[kind] : verdicts.direct)[standing], settings)
}
