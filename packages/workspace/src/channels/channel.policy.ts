import type { ChannelRole, WorkspaceRole } from '@afrochat/contracts'
import type { DomainError } from '@afrochat/kernel'
import { administrativeChannelActions, verdictOn, type ChannelAction, type ChannelStanding, type ChannelVerdict } from '../permissions/channel-permissions.ts'
import { AdministrativeRefusal, guestNotAllowed, notAllowed } from '../permissions/permission.errors.ts'
import type { ChannelAccess } from './channel-access.ts'
import { channelNotFound, channelReadOnly, notInChannel } from './channel.errors.ts'
import type { ChannelRow } from './channels.repository.ts'

const refusals: Readonly<Record<Exclude<ChannelVerdict, 'allow'>, () => DomainError>> = {
  hidden: channelNotFound,
  not_in_channel: notInChannel,
  guest_not_allowed: guestNotAllowed,
  not_allowed: notAllowed,
  channel_read_only: channelReadOnly,
}

/** Throws what the table of permissions answers, unless it allows the action. */
export function assertMay(action: ChannelAction, access: ChannelAccess): void {
  const verdict = verdictFor(action, access)
  if (verdict === 'allow') return
  const refusal = refusals[verdict]()
  // Who may not know of the channel did not try to run it.
  if (verdict === 'hidden' || !administrativeChannelActions.has(action)) throw refusal
  throw new AdministrativeRefusal(refusal, { workspaceId: access.channel.workspace_id, action, targetId: access.channel.id })
}

/** Whether the table of permissions allows the action. */
export const may = (action: ChannelAction, access: ChannelAccess): boolean => verdictFor(action, access) === 'allow'

/** What sending a message to the channel is in the table of permissions. */
export const postingIn = ({ posting }: Pick<ChannelRow, 'posting'>): ChannelAction =>
  (posting === 'managers' ? 'channel.post.read_only' : 'channel.post')

function verdictFor(action: ChannelAction, { channel, membership, workspaceRole, settings }: ChannelAccess): ChannelVerdict {
  return verdictOn(action, channel.kind, { standing: standingOf(workspaceRole, membership?.role ?? null), settings })
}

/** What somebody of this role in the workspace is to a channel in which they have this role, or none. */
export function standingOf(workspaceRole: WorkspaceRole, channelRole: ChannelRole | null): ChannelStanding {
  if (workspaceRole === 'guest') return channelRole === null ? 'guest_out' : 'guest_in'
  if (workspaceRole !== 'member') return channelRole === null ? 'admin_out' : 'admin_in'
  if (channelRole === null) return 'member_out'
  return channelRole === 'manager' ? 'manager_in' : 'member_in'
}
