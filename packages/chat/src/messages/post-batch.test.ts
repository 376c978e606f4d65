import { expect, it } from '@jest/globals'
import { newId, type ChannelId, type DraftId, type MessageId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { createPostingQueue } from './post-batch.ts'
import type { PostDraft } from './post.repository.ts'

interface SentDraft {
  readonly id: MessageId
  readonly ord: number
  readonly draft_id?: DraftId
}

/** A database that posts everything, and remembers what came in one call. */
function aConnection() {
  const calls: SentDraft[][] = []
  return {
    calls,
    async query({ values }: { values: unknown[] }) {
      const drafts = JSON.parse(String(values[2])) as SentDraft[]
      calls.push(drafts)
      return { rows: drafts.map(({ id, ord }) => ({ ord, verdict: 'posted', message_id: id, thread_id: null, seq: ord, pos: ord, created_at: '', more: null })) }
    },
  }
}

const [userId, channelId, workspaceId] = [newId<UserId>(), newId<ChannelId>(), newId<WorkspaceId>()]
const aDraft = (fields: Partial<PostDraft>): PostDraft => ({
  id: newId<MessageId>(), workspaceId, channelId, userId, content: 'x', threadId: null, clientMsgId: null, bodyHash: '', kind: 'user', alsoInChannel: false,
  mentions: { user_ids: [], group_ids: [], channel: null }, quotedMessageIds: [], called: { direct: [], here: [] }, draftId: null, requestId: null,
  payload: '{', ...fields,
})

it('never puts two posts into one call that the database would judge by the same row: of one draft, or with one client_msg_id', async () => {
  const connection = aConnection()
  const queue = createPostingQueue({ posting: connection, waiting: connection, shards: 1, publish: () => undefined })
  const [one, two] = [newId<DraftId>(), newId<DraftId>()]
  const posts = Array.from({ length: 40 }, (_, index) => aDraft({
    draftId: [one, two, null, null][index % 4] ?? null, clientMsgId: index % 5 === 0 ? 'repeated' : `own ${index}`,
  }))
  const results = await Promise.all(posts.map((draft) => queue.post(draft)))
  for (const drafts of connection.calls) {
    const named = drafts.map(({ draft_id }) => draft_id).filter((id) => id !== undefined)
    expect(new Set(named).size).toBe(named.length)
  }
  expect(results).toHaveLength(40)
  // Of those with one client_msg_id one was sent; all others, once each.
  expect(new Set(connection.calls.flat().map(({ id }) => id)).size).toBe(33)
})
