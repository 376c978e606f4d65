import type { Transact } from '@afrochat/database'
import { DomainError, type InviteId, type Origin } from '@afrochat/kernel'
import type { Mailer } from '../ports.ts'
import { settingsOf } from '../workspaces/workspace.view.ts'
import { writeInviteMail } from './invite-mail.ts'
import * as inviteMails from './invite-mails.repository.ts'
import type { DueInviteMail, Settlement } from './invite-mails.repository.ts'
import { hashInviteToken, mailedInviteTokens } from './invite-token.ts'
import { assertDomainAllowed, assertUsable } from './invite.policy.ts'

export interface SendInviteMailDeps {
  readonly transact: Transact
  readonly mailer: Mailer
  /** Of which tokens are made; the first is that of today. */
  readonly secrets: readonly string[]
  readonly publicUrl: string
}

export interface SendInviteMail {
  readonly id: InviteId
  readonly requestId: string
}

/** Mail that is a day late is about something else. */
const GIVE_UP_HOURS = 24
/** The least is longer than a try can take, so that no second one begins beside it. */
const PAUSES = { leastMinutes: 2, mostMinutes: 60 }

/**
 * Mails an invite to its address, if it is still good and of use to somebody. It is claimed before it is sent, by putting
 * the next try off: of two workers one sends it, and what the server could not take now, or a worker took to its grave,
 * is tried again then. Only if a worker dies between the mail server's yes and the note of it does the mail go out twice,
 * with the same Message-ID.
 */
export async function sendInviteMail(deps: SendInviteMailDeps, { id, requestId }: SendInviteMail): Promise<void> {
  const origin: Origin = { userId: null, requestId }
  const mail = await claim(deps, origin, id)
  if (mail === undefined) return
  const delivery = await deps.mailer.send(mail)
  if (delivery === 'failed') return
  const settlement: Settlement = delivery === 'accepted' ? { status: 'sent' } : { status: 'failed', failureCode: 'rejected' }
  await deps.transact(origin, ({ tx }) => inviteMails.settle(tx, id, settlement))
}

/** Undefined: there is nothing to send. */
function claim({ transact, secrets, publicUrl }: SendInviteMailDeps, origin: Origin, id: InviteId) {
  return transact(origin, async ({ tx }) => {
    await inviteMails.lock(tx, id)
    const invite = await inviteMails.findDue(tx, id, GIVE_UP_HOURS)
    if (invite === undefined) return undefined
    const verdict = judge(invite, secrets)
    if ('status' in verdict) return void await inviteMails.settle(tx, id, verdict)
    await inviteMails.putOff(tx, id, PAUSES)
    return writeInviteMail(invite, verdict.to, { token: verdict.token, publicUrl })
  })
}

function judge(invite: DueInviteMail, secrets: readonly string[]): Settlement | { readonly to: string; readonly token: string } {
  const { id, email: to, token_hash: hash } = invite
  const refusal = refusalOf(invite)
  if (refusal !== undefined) return { status: 'failed', failureCode: refusal }
  if (invite.is_needless) return { status: 'needless' }
  if (invite.is_too_late) return { status: 'failed', failureCode: 'too_late' }
  const token = mailedInviteTokens(id, secrets).find((one) => hashInviteToken(one).equals(hash))
  // Its secret is no longer among ours. A link that leads nowhere helps nobody.
  if (token === undefined || to === null) return { status: 'failed', failureCode: 'secret_changed' }
  return { to, token }
}

/** With which code accepting it would be refused now, whoever does; undefined: it would not. */
function refusalOf(invite: DueInviteMail): string | undefined {
  try {
    assertUsable(invite)
    assertDomainAllowed(invite.role, invite.email, settingsOf(invite))
    return undefined
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}
