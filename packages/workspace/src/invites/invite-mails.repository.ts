import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { InviteId } from '@afrochat/kernel'
import { selectOpen, type OpenInviteRow } from './invites.repository.ts'

/** The mail of an invite that is to be tried, with all that decides whether it is sent and all that it says. */
export type DueInviteMail = OpenInviteRow & {
  token_hash: Buffer
  workspace_name: string
  inviter_name: string
  /** It has been tried for as long as it may be. */
  is_too_late: boolean
  /** Whoever has the address is in the workspace, or was put out of it: the invite would do nothing. */
  is_needless: boolean
}

/** The soonest first. */
export const listDue = (db: Db, limit: number): Promise<{ id: InviteId; due_at: Date }[]> =>
  db.selectFrom('workspace_invites').select(['id', sql<Date>`mail_due_at`.as('due_at')])
    .where('mail_status', '=', 'pending').where('mail_due_at', '<=', sql<Date>`now()`)
    .orderBy('mail_due_at').limit(limit)
    .execute()

/** Takes the invite, so that of two workers one sees what the other does. What decides is read afterwards, by `findDue`. */
export const lock = (tx: Tx, id: InviteId) => tx.selectFrom('workspace_invites').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

/** Undefined: there is no such mail, it is settled, or another try is under way or comes later. */
export const findDue = (tx: Tx, id: InviteId, hours: number): Promise<DueInviteMail | undefined> =>
  selectOpen(tx)
    .select(['workspace_invites.token_hash', 's.name as workspace_name', 'u.display_name as inviter_name'])
    .select([
      sql<boolean>`workspace_invites.created_at < now() - make_interval(hours => ${hours})`.as('is_too_late'),
      sql<boolean>`exists (
        select from workspace_members m join users known on known.id = m.user_id
        where m.workspace_id = workspace_invites.workspace_id and lower(known.email) = lower(workspace_invites.email)
          and (m.deactivated_at is null or m.deactivated_by is not null))`.as('is_needless'),
    ])
    .where('workspace_invites.id', '=', id)
    .where('workspace_invites.mail_status', '=', 'pending').where('workspace_invites.mail_due_at', '<=', sql<Date>`now()`)
    .executeTakeFirst()

/** Puts the next try off by as long as it has been tried already, which doubles the pauses, within these bounds. */
export const putOff = (tx: Tx, id: InviteId, { leastMinutes, mostMinutes }: { leastMinutes: number; mostMinutes: number }) =>
  tx.updateTable('workspace_invites')
    .set({
      mail_due_at: sql<Date>`now() + least(greatest(now() - created_at, make_interval(mins => ${leastMinutes})), make_interval(mins => ${mostMinutes}))`,
    })
    .where('id', '=', id)
    .execute()

export type Settlement = { readonly status: 'sent' | 'needless' } | { readonly status: 'failed'; readonly failureCode: string }

/** One that is settled already stays so. */
export const settle = (tx: Tx, id: InviteId, settlement: Settlement) =>
  tx.updateTable('workspace_invites')
    .set({
      mail_status: settlement.status, mail_due_at: null, mail_settled_at: sql<Date>`now()`,
      mail_failure_code: settlement.status === 'failed' ? settlement.failureCode : null,
    })
    .where('id', '=', id).where('mail_status', '=', 'pending')
    .execute()
