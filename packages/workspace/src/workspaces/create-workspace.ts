import { invalidToken } from '@afrochat/auth'
import type { BodyOf, Workspace, workspaceRoutes } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import { newId, type Actor, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { openChannel } from '../channels/create-channel.ts'
import { toDescription } from '../text/description.ts'
import { joinWorkspace } from './join-workspace.ts'
import * as people from './people.repository.ts'
import { slugOf, withSuffix } from './slug.ts'
import { slugTaken } from './workspace.errors.ts'
import { toWorkspaceName } from './workspace-name.ts'
import { toWorkspace, type WorkspaceRow } from './workspace.view.ts'
import * as workspaces from './workspaces.repository.ts'

export type CreateWorkspace = BodyOf<typeof workspaceRoutes.createWorkspace>

/** The channel that every full member is in. */
const DEFAULT_CHANNEL = 'general'
/** A name's own slug, then three with random endings of 25 bits: all taken is as good as impossible. */
const SLUG_ATTEMPTS = 4

/** A workspace that belongs to the caller, with its default channel. */
export async function createWorkspace({ transact }: { transact: Transact }, actor: Actor, input: CreateWorkspace): Promise<Workspace> {
  const name = toWorkspaceName(input.name)
  const description = toDescription(input.description)

  return transact(actor, async (uow) => {
    const workspace = await insertWithSlug(uow.tx, { name, description, ownerId: actor.userId }, input.slug)
    const owner = await people.get(uow.tx, actor.userId)
    if (owner.status !== 'active') throw invalidToken()
    await joinWorkspace(uow, { workspaceId: workspace.id, user: owner, role: 'owner' })
    await openChannel(uow, { workspaceId: workspace.id, kind: 'public', name: DEFAULT_CHANNEL, description: null, isDefault: true, creator: owner })
    return toWorkspace(workspace)
  })
}

interface Named {
  readonly name: string
  readonly description: string | null
  readonly ownerId: UserId
}

/** With the slug that was asked for, or else the first free one that the name suggests. The unique index decides. */
async function insertWithSlug(tx: Tx, named: Named, wanted: string | undefined): Promise<WorkspaceRow> {
  const id = newId<WorkspaceId>()
  if (wanted !== undefined) {
    const row = await workspaces.insert(tx, { id, slug: wanted, ...named })
    if (row === undefined) throw slugTaken()
    return row
  }
  const suggested = slugOf(named.name)
  for (let attempt = 0; attempt < SLUG_ATTEMPTS; attempt += 1) {
    const row = await workspaces.insert(tx, { id, slug: attempt === 0 ? suggested : withSuffix(suggested), ...named })
    if (row !== undefined) return row
  }
  throw slugTaken()
}
