import type { Db, Transact } from '@afrochat/database'
import type { InviteId } from '@afrochat/kernel'
import type { Mailer } from '../ports.ts'
import * as inviteMails from './invite-mails.repository.ts'
import { sendInviteMail, type SendInviteMail } from './send-invite-mail.ts'

export interface InviteMailsDeps {
  readonly db: Db
  readonly transact: Transact
  readonly mailer: Mailer
  /** As the api has them, in the same order. */
  readonly secrets: readonly string[]
  readonly publicUrl: string
}

/** The mails of invites, which are sent by a worker and not by somebody's request. Each may be called twice, also at once. */
export function createInviteMails(deps: InviteMailsDeps) {
  return {
    sendInviteMail: (work: SendInviteMail) => sendInviteMail(deps, work),
    /** Those that are to be tried now. */
    listDue: async (limit: number): Promise<{ readonly id: InviteId; readonly at: Date }[]> =>
      (await inviteMails.listDue(deps.db, limit)).map(({ id, due_at: at }) => ({ id, at })),
  }
}
export type InviteMails = ReturnType<typeof createInviteMails>
