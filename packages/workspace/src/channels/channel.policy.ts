import type { ChannelRole, WorkspaceRole } from '@afrochat/contracts'
import type { DomainError } from '@afrochat/kernel'
import { verdictOn, type ChannelAction, type ChannelStanding, type ChannelVerdict } from '../permissions/channel-permissions.ts'
import { guestNotAllowed, notAllowed } from '../permissions/permission.errors.ts'
import type { ChannelAccess } from './channel-access.ts'
import { channelNotFound, notInChannel } from './channel.errors.ts'

const refusals: Readonly<Record<Exclude<ChannelVerdict, 'allow'>, () => DomainError>> = {
  hidden: channelNotFound,
  not_in_channel: notInChannel,
  guest_not_allowed: guestNotAllowed,
  not_allowed: notAllowed,
}

/** Throws what the table of permissions answers, unless it allows the action. */
export function assertMay(action: ChannelAction, { channel, membership, workspaceRole, settings }: ChannelAccess): void {
  const standing = standingOf(workspaceRole, membership?.role ?? null)
  const verdict = verdictOn(action, channel.kind, { standing, settings })
  if (verdict !== 'allow') throw refusals[verdict]()
}

/** What somebody of this role in the workspace is to a channel in which they have this role, or none. */
export function standingOf(workspaceRole: WorkspaceRole, channelRole: ChannelRole | null): ChannelStanding {
  if (workspaceRole === 'guest') return channelRole === null ? 'guest_out' : 'guest_in'
  if (workspaceRole !== 'member') return channelRole === null ? 'admin_out' : 'admin_in'
  if (channelRole === null) return 'member_out'
  return channelRole === 'manager' ? 'manager_in' : 'member_in'
}
