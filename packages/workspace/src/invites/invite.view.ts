import type { CreatedInvite, Invite, InviteMail, InvitePreview } from '@afrochat/contracts'
import type { InviteRow, findPreview } from './invites.repository.ts'

export function toInvite(row: InviteRow): Invite {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    role: row.role,
    single_channel: row.single_channel,
    email: row.email,
    mail: toInviteMail(row),
    channel_ids: row.channel_ids,
    max_uses: row.max_uses,
    use_count: row.use_count,
    expires_at: row.expires_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
  }
}

/** Sent and needless are one: otherwise an invite would tell everybody who is behind an address. */
function toInviteMail({ mail_status: status, mail_settled_at: at, mail_failure_code: code }: InviteRow): InviteMail | null {
  if (status === null) return null
  return { status: status === 'sent' || status === 'needless' ? 'done' : status, settled_at: at?.toISOString() ?? null, failure_code: code }
}

/** It begins with the address that the installation is configured with, never with one from a request. */
export const inviteUrl = (token: string, publicUrl: string): string => `${publicUrl.replace(/\/+$/, '')}/invite/${token}`

/** The one view with the secret. */
export function toCreatedInvite(row: InviteRow, { token, publicUrl }: { token: string; publicUrl: string }): CreatedInvite {
  return { ...toInvite(row), token, url: inviteUrl(token, publicUrl) }
}

export function toInvitePreview(row: NonNullable<Awaited<ReturnType<typeof findPreview>>>): InvitePreview {
  return {
    workspace: { id: row.workspace_id, name: row.workspace_name, slug: row.workspace_slug, icon_url: row.workspace_icon_url },
    role: row.role,
    invited_by: { id: row.created_by, display_name: row.inviter_name },
    expires_at: row.expires_at.toISOString(),
  }
}
