import { toOwnUser, toUser } from '@afrochat/auth'
import { defaultUserPreferences, encodeLogCursor, shardOf, type Boot } from '@afrochat/contracts'
import { inSnapshot, readLogPosition, type Db } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { listFor } from '../channels/channel-listing.repository.ts'
import { toChannel } from '../channels/channel.view.ts'
import { readAllEmoji } from '../emoji/list-emoji.ts'
import { readAllGroups } from '../groups/list-groups.ts'
import type { Conversation } from '../ports.ts'
import { getWorkspaceFor } from '../workspaces/load-workspace.ts'
import { toWorkspace } from '../workspaces/workspace.view.ts'
import * as bootReads from './boot.repository.ts'

/** A first screen shows no more; beyond that a client pages through the members. */
const MAX_USERS = 1_000

export interface BootDeps {
  readonly db: Db
  readonly shards: number
  /** The beginning of the addresses of emoji. */
  readonly publicUrl: string
  readonly conversation: Pick<Conversation, 'readBoot'>
}

/**
 * Everything for a client's first screen, and the cursor from which the stream goes on. All of it is read in one
 * snapshot, so that this state and the events after the cursor make every later state.
 */
export async function boot({ db, shards, publicUrl, conversation }: BootDeps, actor: Actor, workspaceId: WorkspaceId): Promise<Boot> {
  return inSnapshot(db, async (snapshot) => {
    const { workspace, role } = await getWorkspaceFor(snapshot, actor, { id: workspaceId, action: 'workspace.read' })
    const who = { workspaceId: workspace.id, userId: actor.userId }
    const me = await bootReads.getOwnUser(snapshot, actor.userId)
    return {
      cursor: await readCursor(snapshot, workspaceId, shards),
      me: toOwnUser(me),
      workspace: toWorkspace(workspace),
      role,
      channels: (await listFor(snapshot, { ...who, filter: 'mine', withPublic: false, after: undefined, limit: undefined })).map(toChannel),
      preferences: { ...defaultUserPreferences, ...me.preferences },
      groups: role === 'guest' ? [] : await readAllGroups(snapshot, workspace.id),
      emoji: await readAllEmoji({ db: snapshot, publicUrl }, workspace.id),
      ...(await conversation.readBoot(snapshot, who)),
      users: (await (role === 'guest' ? bootReads.listPeopleOfOwnChannels : bootReads.listPeople)(snapshot, { ...who, limit: MAX_USERS })).map(toUser),
    }
  })
}

/** Of the workspace's shard and, where that is another one, of the shard of the accounts' streams. */
async function readCursor(db: Db, workspaceId: WorkspaceId, shards: number): Promise<string> {
  const needed = new Set([shardOf(null, shards), shardOf(workspaceId, shards)])
  const positions = []
  for (const shard of needed) positions.push(await readLogPosition(db, shard))
  return positions.map(encodeLogCursor).join(',')
}
