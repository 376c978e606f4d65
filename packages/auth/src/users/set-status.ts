import type { BodyOf, OwnUser, userRoutes } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import { toEmoji, toSingleLine, type Actor } from '@afrochat/kernel'
import { invalidField } from '../auth.errors.ts'
import { announceUser } from './announce-user.ts'
import { lockOwnAccount } from './own-account.ts'
import { toOwnUser, type OwnUserRow } from './user.view.ts'
import * as users from './users.repository.ts'

export type NewStatus = BodyOf<typeof userRoutes.setStatus>
type Status = Pick<OwnUserRow, 'status_text' | 'status_emoji' | 'status_expires_at'>

const NO_STATUS: Status = { status_text: null, status_emoji: null, status_expires_at: null }
const MAX_CODE_POINTS = 100

/** What others see beside the name. Nothing to see is no status. */
export async function setStatus(deps: { transact: Transact }, actor: Actor, input: NewStatus): Promise<OwnUser> {
  return change(deps, actor, toStatus(input))
}

export async function clearStatus(deps: { transact: Transact }, actor: Actor): Promise<void> {
  await change(deps, actor, NO_STATUS)
}

function change({ transact }: { transact: Transact }, actor: Actor, status: Status): Promise<OwnUser> {
  return transact(actor, async (uow) => {
    const user = await lockOwnAccount(uow.tx, actor)
    if (isLike(user, status)) return toOwnUser(user)
    const changed = await users.update(uow.tx, user.id, status)
    await announceUser(uow, changed)
    return toOwnUser(changed)
  })
}

function toStatus({ status_text: text, status_emoji: emoji, expires_at: expiresAt }: NewStatus): Status {
  const status = { status_text: toStatusText(text), status_emoji: emoji === null ? null : toStatusEmoji(emoji) }
  if (status.status_text === null && status.status_emoji === null) return NO_STATUS
  return { ...status, status_expires_at: typeof expiresAt === 'string' ? toFuture(expiresAt) : null }
}

function toStatusText(text: string | null): string | null {
  const line = toSingleLine(text ?? '')
  if (Array.from(line).length > MAX_CODE_POINTS) throw invalidField('/status_text', `must have at most ${MAX_CODE_POINTS} characters`)
  return line || null
}

/** A name may be that of an emoji of one of the person's workspaces: others show it as text. */
function toStatusEmoji(text: string): string {
  const emoji = toEmoji(text)
  if (emoji === undefined) throw invalidField('/status_emoji', 'must be one Unicode emoji, or the name of one without colons')
  return emoji
}

function toFuture(time: string): Date {
  const date = new Date(time)
  if (!(date.getTime() > Date.now())) throw invalidField('/expires_at', 'must be a time to come, as in 2026-11-24T09:30:00.000Z')
  return date
}

const isLike = (user: Status, status: Status): boolean =>
  user.status_text === status.status_text && user.status_emoji === status.status_emoji
  && user.status_expires_at?.getTime() === status.status_expires_at?.getTime()
