import { randomBytes } from 'node:crypto'
import type { Tx } from '@afrochat/database'
import { newId, toSingleLine, type UserId } from '@afrochat/kernel'
import * as names from '../users/names.repository.ts'
import { isReservedUsername } from '../users/reserved-usernames.ts'
import type { UserRow } from '../users/user.view.ts'
import * as accounts from './imported-accounts.repository.ts'

/** Somebody of another system. */
export interface ImportedAccount {
  /** What they were called there; the username is made of it. */
  readonly name: string
  readonly displayName: string
  readonly avatarUrl: string | null
  /** An IANA name. */
  readonly timezone: string
  readonly isBot: boolean
  readonly isDeactivated: boolean
}

const MAX_USERNAME = 32
const MAX_DISPLAY_NAME = 80
/** `ada`, `ada-2` … `ada-9`; after that a random ending, so that a thousand of one name need no thousand statements. */
const NUMBERED_ATTEMPTS = 9
const ATTEMPTS = 20

/**
 * Makes accounts that nobody can sign in to: without a password, and without an email address, which belongs to an
 * account only once its owner has proven it. Each gets a free username that is like its name. In the order given.
 */
export async function insertImportedAccounts(tx: Tx, imported: readonly ImportedAccount[]): Promise<UserRow[]> {
  const wanted = imported.map((account) => ({ id: newId<UserId>(), account, base: usernameFrom(account.name) }))
  const made = new Map<UserId, UserRow>()
  await names.lockForUsernames(tx)
  for (let attempt = 1; made.size < wanted.length; attempt += 1) {
    if (attempt > ATTEMPTS) throw new Error(`No free username was found in ${ATTEMPTS} attempts`)
    const rows = wanted.filter(({ id }) => !made.has(id)).map((one) => ({ ...toRow(one), username: withEnding(one.base, attempt) }))
    const handles = await names.listHandles(tx, rows.map(({ username }) => username))
    const allowed = rows.filter(({ username }) => !isReservedUsername(username) && !handles.has(username))
    if (allowed.length === 0) continue
    for (const row of await accounts.insertWhereFree(tx, allowed)) made.set(row.id, row)
  }
  return wanted.flatMap(({ id }) => made.get(id) ?? [])
}

function toRow({ id, account }: { id: UserId; account: ImportedAccount }) {
  const displayName = Array.from(toSingleLine(account.displayName)).slice(0, MAX_DISPLAY_NAME).join('').trim()
  return {
    id,
    email: null,
    display_name: displayName === '' ? usernameFrom(account.name) : displayName,
    avatar_url: account.avatarUrl,
    status: account.isDeactivated ? 'deactivated' as const : 'active' as const,
    status_text: null,
    status_emoji: null,
    timezone: account.timezone,
    is_bot: account.isBot,
    password_hash: null,
  }
}

/** As registration would allow it: `Zoë Q.` → `zoe-q`. */
export function usernameFrom(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')
  return plain.replace(/^[^a-z0-9]+/, '').slice(0, MAX_USERNAME).replace(/[._-]+$/, '') || 'user'
}

function withEnding(base: string, attempt: number): string {
  if (attempt === 1) return base
  const ending = attempt <= NUMBERED_ATTEMPTS ? String(attempt) : randomBytes(4).toString('hex')
  return `${base.slice(0, MAX_USERNAME - ending.length - 1)}-${ending}`
}
