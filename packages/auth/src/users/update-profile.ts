import type { BodyOf, OwnUser, userRoutes } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { invalidField } from '../auth.errors.ts'
import { announceUser } from './announce-user.ts'
import { claimUsername } from './claim-name.ts'
import { toDisplayName } from './display-name.ts'
import { lockOwnAccount } from './own-account.ts'
import { toLocale, toTimeZone } from './places-and-languages.ts'
import { translatingDuplicates } from './translating-duplicates.ts'
import { toOwnUser, type OwnUserRow } from './user.view.ts'
import { toUsername } from './username.ts'
import * as users from './users.repository.ts'

export type ProfileChange = BodyOf<typeof userRoutes.updateMe>

/** Changes what is given; where that is how it was, nothing happens. */
export async function updateProfile({ transact }: { transact: Transact }, actor: Actor, input: ProfileChange): Promise<OwnUser> {
  const wanted = toFields(input)
  return translatingDuplicates(transact(actor, async (uow) => {
    if (wanted.username !== undefined) await claimUsername(uow.tx, wanted.username)
    const user = await lockOwnAccount(uow.tx, actor)
    if (isLike(user, wanted)) return toOwnUser(user)

    const changed = await users.update(uow.tx, user.id, wanted)
    await announceUser(uow, changed)
    return toOwnUser(changed)
  }))
}

type Fields = Partial<Pick<OwnUserRow, 'display_name' | 'username' | 'timezone' | 'locale'>>

function toFields({ display_name: name, username, timezone, locale }: ProfileChange): Fields {
  return {
    ...(name !== undefined && { display_name: toDisplayName(name) }),
    ...(username !== undefined && { username: toUsername(username) }),
    ...(timezone !== undefined && { timezone: known('/timezone', toTimeZone(timezone), 'must be a name of the IANA\'s time zone database, such as Africa/Lagos') }),
    ...(locale !== undefined && { locale: known('/locale', toLocale(locale), 'must be a language tag, such as en-NG') }),
  }
}

function known(path: string, value: string | undefined, fault: string): string {
  if (value === undefined) throw invalidField(path, fault)
  return value
}

const isLike = (user: OwnUserRow, wanted: Fields): boolean =>
  Object.entries(wanted).every(([name, value]) => user[name as keyof Fields] === value) // Object.entries forgets which names there are.
