import { insertImportedAccounts } from '@afrochat/auth'
import type { Transact } from '@afrochat/database'
import type { Origin, UserId, WorkspaceId } from '@afrochat/kernel'
import { joinImportedPeople } from '@afrochat/workspace'
import type { NoticeBook } from '../report/notices.ts'
import type { SurveyedPerson } from '../survey/people-survey.ts'
import * as refs from './import-refs.repository.ts'

/** The account that stands for somebody of the export. */
export interface Account {
  readonly id: UserId
  readonly isBot: boolean
  /** What they were called there. */
  readonly name: string
}

export interface PeopleResult {
  /** By the person's key in the survey. */
  readonly accounts: ReadonlyMap<string, Account>
  /** Made by this run; the others were there. */
  readonly made: number
}

export interface FillDeps {
  readonly transact: Transact
  readonly origin: Origin
  readonly workspaceId: WorkspaceId
  readonly notices: NoticeBook
}

/** Each announces somebody: as many as the log takes at a time. */
const CHUNK = 100

/** Makes accounts for those who have none yet, and members of the workspace of those who were. */
export async function importPeople(deps: FillDeps, people: ReadonlyMap<string, SurveyedPerson>): Promise<PeopleResult> {
  const accounts = new Map<string, Account>()
  const all = [...people]
  let made = 0
  for (let start = 0; start < all.length; start += CHUNK) {
    const chunk = all.slice(start, start + CHUNK)
    const found = await importChunk(deps, chunk.map(([, person]) => person))
    made += found.made
    for (const [index, [key, { account }]] of chunk.entries()) {
      const id = found.ids[index]
      if (id !== undefined) accounts.set(key, { id, isBot: account.isBot, name: account.name })
    }
  }
  return { accounts, made }
}

async function importChunk({ transact, origin, workspaceId, notices }: FillDeps, chunk: readonly SurveyedPerson[]) {
  const { ids, renamed, made } = await transact(origin, async (uow) => {
    const { tx } = uow
    await refs.lock(tx, workspaceId)
    const there = await refs.list(tx, workspaceId, chunk.map(({ externalId }) => externalId))
    const known = new Map(there.map((ref) => [refKey(ref.kind, ref.external_id), ref.local_id]))
    const missing = chunk.filter(({ kind, externalId }) => !known.has(refKey(kind, externalId)))
    const users = await insertImportedAccounts(tx, missing.map(({ account }) => account))
    const fresh = missing.flatMap((person, index) => {
      const user = users[index]
      return user === undefined ? [] : [{ person, user }]
    })
    await joinImportedPeople(uow, workspaceId, fresh.map(({ person, user }) =>
      ({ user, role: person.role, hasLeft: person.isStranger || person.account.isDeactivated })))
    await refs.insert(tx, workspaceId, fresh.map(({ person, user }) => ({ kind: person.kind, external_id: person.externalId, local_id: user.id })))
    for (const { person, user } of fresh) known.set(refKey(person.kind, person.externalId), user.id)
    return {
      // A user's or a bot's reference was made with the id of a user.
      ids: chunk.map(({ kind, externalId }) => known.get(refKey(kind, externalId)) as UserId | undefined),
      renamed: fresh.filter(({ person, user }) => person.account.name !== user.username).map(({ person, user }) => `${person.account.name} → ${user.username}`),
      made: fresh.length,
    }
  })
  for (const change of renamed) notices.note('user_renamed', change)
  return { ids, made }
}

const refKey = (kind: string, externalId: string) => `${kind} ${externalId}`
