import { accountStream, defaultUserPreferences, type UserPreferences } from '@afrochat/contracts'
import type { Db, Transact } from '@afrochat/database'
import type { Actor, UserId } from '@afrochat/kernel'
import { invalidToken } from '../auth.errors.ts'
import { lockOwnAccount } from './own-account.ts'
import * as users from './users.repository.ts'

export type PreferencesChange = Partial<UserPreferences>
export type PresenceChange = Pick<UserPreferences, 'presence'>

/** All of them, those that nobody changed included. */
export async function getPreferences({ db }: { db: Db }, actor: Actor): Promise<UserPreferences> {
  const stored = await users.findPreferences(db, actor.userId)
  if (stored === undefined) throw invalidToken()
  return { ...defaultUserPreferences, ...stored }
}

/** Changes what is given, on all devices of the person. */
export const updatePreferences = (deps: { transact: Transact }, actor: Actor, input: PreferencesChange): Promise<UserPreferences> => change(deps, actor, input)

/** Whether others see what the person's devices say of them. Gateways hear of it as devices do: by the event. */
export async function setPresence(deps: { transact: Transact }, actor: Actor, { presence }: PresenceChange): Promise<PresenceChange> {
  const after = await change(deps, actor, { presence })
  return { presence: after.presence }
}

/** Of these people, those who want to be shown as away. */
export const listAwayByChoice = async ({ db }: { db: Db }, ids: readonly UserId[]): Promise<ReadonlySet<UserId>> =>
  new Set(ids.length === 0 ? [] : await users.listAwayByChoice(db, ids))

function change({ transact }: { transact: Transact }, actor: Actor, input: PreferencesChange): Promise<UserPreferences> {
  return transact(actor, async ({ tx, emit }) => {
    await lockOwnAccount(tx, actor)
    const before = { ...defaultUserPreferences, ...await users.findPreferences(tx, actor.userId) }
    const after = { ...before, ...input }
    if (isLike(before, after)) return before

    await users.setPreferences(tx, actor.userId, withoutDefaults(after))
    emit({ type: 'preferences_updated', stream: accountStream(actor.userId), workspaceId: null, payload: { channel: null, user: after } })
    return after
  })
}

const namesOf = (preferences: UserPreferences) => Object.keys(preferences) as (keyof UserPreferences)[] // Object.keys forgets that it knows them.

const isLike = (one: UserPreferences, other: UserPreferences): boolean => namesOf(one).every((name) => one[name] === other[name])

/** So that a better default is also that of those who never chose. */
const withoutDefaults = (all: UserPreferences): Partial<UserPreferences> =>
  Object.fromEntries(namesOf(all).filter((name) => all[name] !== defaultUserPreferences[name]).map((name) => [name, all[name]]))
