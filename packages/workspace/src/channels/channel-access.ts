import type { ChannelRole, WorkspaceRole, WorkspaceSettings } from '@afrochat/contracts'
import type { ChannelRow } from './channels.repository.ts'

export interface ChannelMembership {
  readonly role: ChannelRole
  /** The `seq` of the member_joined that began it. */
  readonly fromSeq: number
}

/** A channel, and what the caller is to it. */
export interface ChannelAccess {
  readonly channel: ChannelRow
  /** Null: not a member. */
  readonly membership: ChannelMembership | null
  readonly workspaceRole: WorkspaceRole
  /** A guest of one channel alone. */
  readonly singleChannel: boolean
  readonly settings: WorkspaceSettings
}

/** A channel of which the caller is a member. */
export type MemberAccess = ChannelAccess & { readonly membership: ChannelMembership }
