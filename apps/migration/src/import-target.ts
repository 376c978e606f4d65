import { findActiveAccount, findFirstAccount, type AccountRef } from '@afrochat/auth'
import type { Db } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import { findByNameOrSlug, isActiveMember } from '@afrochat/workspace'
import { UsageError } from './command.ts'
import type { Connected } from './connect-domains.ts'
import { onBehalfOf } from './on-behalf-of.ts'

/** The workspace that is imported into. */
export interface Target {
  readonly id: WorkspaceId
  readonly name: string
  readonly slug: string
  readonly ownerId: UserId
  /** Made by this run. */
  readonly created: boolean
}

/** The workspace of this name or slug; a new one when there is none, of the owner named, or else of whoever registered here first. */
export async function findTarget({ db, workspace }: Connected, wanted: { workspace: string; owner: string | undefined }): Promise<Target> {
  const [found, ...others] = await findByNameOrSlug(db, wanted.workspace)
  if (found !== undefined && others.length > 0 && found.slug !== wanted.workspace.toLowerCase()) {
    throw new UsageError(`Several workspaces are called ${wanted.workspace}: name one by its slug (${[found, ...others].map(({ slug }) => slug).join(', ')}).`)
  }
  if (found !== undefined) return { id: found.id, name: found.name, slug: found.slug, ownerId: found.owner_id, created: false }

  const owner = wanted.owner === undefined ? await findFirstAccount(db) : await getAccount(db, wanted.owner)
  if (owner === undefined) {
    throw new UsageError(`There is no workspace ${wanted.workspace} yet, and nobody who could own it: register an account first, or name one by --owner.`)
  }
  const made = await workspace.createWorkspace(onBehalfOf(owner.id), { name: wanted.workspace })
  return { id: made.id, name: made.name, slug: made.slug, ownerId: owner.id, created: true }
}

/** Accounts by their usernames or addresses; throws when one is not there. */
export async function findPeople(db: Db, logins: readonly string[]): Promise<AccountRef[]> {
  const people: AccountRef[] = []
  for (const login of logins) people.push(await getAccount(db, login))
  return people
}

async function getAccount(db: Db, login: string): Promise<AccountRef> {
  const account = await findActiveAccount(db, login)
  if (account === undefined) throw new UsageError(`There is no active account ${login}.`)
  return account
}

/** Brings those into the workspace who are not in it, as an invite of its owner would. */
export async function makeMembers({ db, workspace }: Connected, target: Target, people: readonly AccountRef[]): Promise<void> {
  for (const { id } of people) {
    if (await isActiveMember(db, target.id, id)) continue
    const invite = await workspace.createInvite(onBehalfOf(target.ownerId), { workspace_id: target.id, role: 'member', max_uses: 1, expires_in_hours: 1 })
    await workspace.acceptInvite(onBehalfOf(id), invite.token)
  }
}
