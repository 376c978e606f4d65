import type { Mailer } from '../ports.ts'
import { inviteUrl } from './invite.view.ts'
import type { DueInviteMail } from './invite-mails.repository.ts'

type Mail = Parameters<Mailer['send']>[0]

/** What somebody is told who is invited. It goes to an address that a stranger typed: it says as little as an invitation must. */
export function writeInviteMail(invite: DueInviteMail, to: string, { token, publicUrl }: { token: string; publicUrl: string }): Mail {
  const [inviter, workspace] = [{ quoted: invite.inviter_name }, { quoted: invite.workspace_name }]
  return {
    key: `invite-${invite.id}`,
    to,
    subject: [inviter, ' invites you to ', workspace, ' on AfroChat'],
    body: [
      ['Hello,'],
      [inviter, ' invites you to ', workspace, invite.role === 'guest' ? ' on AfroChat, as a guest.' : ' on AfroChat.'],
      { label: 'Accept the invitation', url: inviteUrl(token, publicUrl) },
      [`It is for this address alone, and good until ${time.format(invite.expires_at)} UTC.`],
      ['You did not expect it, or do not know who it is from? Then do nothing: nobody is told, and without you nothing happens.'],
    ],
  }
}

/** As people write it. Where they live is not known. */
const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
