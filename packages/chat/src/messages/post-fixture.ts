import { hash } from 'node:crypto'
import type { WorkspaceRole } from '@afrochat/contracts'
import { connectDatabase, createHead, createPool, createTransact, type Db, type PlacedEvent, type Transact } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type MessageId, type SessionId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { createTestDatabase, PATIENCE_MS } from '@afrochat/test-support'
import { createPostingQueue, type PostingQueue } from './post-batch.ts'
import type { PostDraft } from './post.repository.ts'

/** A database of its own with people and channels made by plain SQL: posting is tested apart from the other domains. */
export interface PostFixture {
  readonly url: string
  readonly db: Db
  readonly transact: Transact
  readonly queue: PostingQueue
  /** What the queue published, in order of publishing. */
  readonly published: PlacedEvent[]
  readonly workspaceId: WorkspaceId
  aUser(role?: WorkspaceRole | null): Promise<UserId>
  aChannel(facts: ChannelFacts): Promise<ChannelId>
  /** Another process's queue on the same database. */
  anotherQueue(): PostingQueue
  aDraft(by: UserId, channelId: ChannelId, fields?: Partial<PostDraft>): PostDraft
  close(): Promise<void>
}

export interface ChannelFacts {
  readonly members: readonly UserId[]
  /** Of the members those who manage it. */
  readonly managers?: readonly UserId[]
  /** A direct message is one of its members. */
  readonly kind?: 'public' | 'private' | 'dm' | 'group_dm'
  readonly posting?: 'everyone' | 'managers'
  readonly archived?: boolean
  readonly deleted?: boolean
}

export const actorOf = (userId: UserId): Actor => ({ userId, sessionId: newId<SessionId>(), requestId: 'test' })

export async function aPostFixture(): Promise<PostFixture> {
  const { url, drop } = await createTestDatabase()
  const connection = { url, applicationName: 'posting-test', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined }
  const db = connectDatabase({ ...connection, poolSize: 6 })
  const published: PlacedEvent[] = []
  const publish = (events: readonly PlacedEvent[]) => void published.push(...events)
  const pools: { end(): Promise<void> }[] = []
  const anotherQueue = () => {
    const posting = createPool({ ...connection, poolSize: 1 })
    const waiting = createPool({ ...connection, poolSize: 4 })
    pools.push(posting, waiting)
    return createPostingQueue({ posting, waiting, shards: 1, publish })
  }
  const owner = newId<UserId>()
  const workspaceId = newId<WorkspaceId>()
  const insertUser = (id: UserId) =>
    db.insertInto('users').values({ id, email: null, username: `u${id.slice(-12)}`, display_name: 'U', avatar_url: null, status_text: null, status_emoji: null, password_hash: null }).execute()
  await insertUser(owner)
  await db.insertInto('workspaces').values({ id: workspaceId, name: 'W', slug: `w${workspaceId.slice(-12)}`, description: null, icon_url: null, owner_id: owner }).execute()

  return {
    url, db, published, workspaceId, anotherQueue,
    queue: anotherQueue(),
    transact: createTransact({ db, shards: 1, publish }),
    async aUser(role = 'member') {
      const id = newId<UserId>()
      await insertUser(id)
      if (role !== null) await db.insertInto('workspace_members').values({ workspace_id: workspaceId, user_id: id, role, deactivated_at: null }).execute()
      return id
    },
    async aChannel({ members, managers = [], kind = 'public', posting = 'everyone', archived = false, deleted = false }) {
      const id = newId<ChannelId>()
      const isDirect = kind === 'dm' || kind === 'group_dm'
      await db.insertInto('channels').values({
        id, workspace_id: workspaceId, kind, name: isDirect ? null : `c${id.slice(-12)}`, dm_key: isDirect ? members.toSorted().join(',') : null,
        topic: null, description: null, created_by: owner, posting, archived_at: archived ? new Date() : null, deleted_at: deleted ? new Date() : null,
      }).execute()
      await db.transaction().execute((tx) => createHead(tx, id))
      for (const user_id of members) {
        const role = managers.includes(user_id) ? 'manager' : 'member'
        await db.insertInto('channel_members').values({ channel_id: id, user_id, workspace_id: workspaceId, role, from_seq: 0, to_seq: null }).execute()
      }
      return id
    },
    aDraft(by, channelId, fields = {}) {
      const content = fields.content ?? 'hello'
      return {
        id: newId<MessageId>(), workspaceId, channelId, userId: by, content, threadId: null, clientMsgId: null,
        bodyHash: hash('sha256', content, 'hex'), kind: 'user', alsoInChannel: false, mentions: { user_ids: [], group_ids: [], channel: null },
        quotedMessageIds: [], called: { direct: [], here: [] }, draftId: null, requestId: 'test', payload: `{"content":${JSON.stringify(content)}`, ...fields,
      }
    },
    async close() {
      await Promise.all([db.destroy(), ...pools.map((pool) => pool.end())])
      await drop()
    },
  }
}
