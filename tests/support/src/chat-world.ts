import { createChat, type Chat, type SendMessage } from '@afrochat/chat'
import { channelStream, type Channel, type Message, type SharedMessage, type Workspace } from '@afrochat/contracts'
import { createPool, type PlacedEvent } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type UserId } from '@afrochat/kernel'
import type { MessageState } from './message-state.ts'
import { PATIENCE_MS } from './patient.ts'
import { createWorld, insertInOrder, PUBLIC_URL, type World, type WorldOptions } from './world.ts'

/** A world in which people talk. */
export interface ChatWorld extends World {
  readonly chat: Chat
  /** Who is connected at the moment: `@here` is for them. */
  readonly active: Set<UserId>
  /** A message sent as its author would send it. */
  aMessage(facts: { in: Channel; by: Actor; content?: string } & Partial<Omit<SendMessage, 'channel_id' | 'content'>>): Promise<Message>
  /** An emoji of the workspace's own. */
  aCustomEmoji(facts: { in: Workspace; name: string }): Promise<void>
  /** Takes back what the system said in a channel so far, for tests of what people say. */
  silence(channel: Channel): Promise<void>
  /** Makes it read-only. */
  archive(channel: Channel): Promise<void>
  /** What the channel's stream holds after this `seq`, as it is stored now: words that were blanked since are gone. */
  storedEvents(channelId: ChannelId, after?: number): Promise<PlacedEvent[]>
  /** All messages of the channel as the API shows them to everybody now. */
  messagesOf(channelId: ChannelId, reader: Actor): Promise<MessageState>
}

/** A world of its own, with the posting queue running. Close it in `afterAll`. */
export async function createChatWorld(options: WorldOptions = {}): Promise<ChatWorld> {
  const world = await createWorld(options)
  const { db, transact, events, databaseUrl: url } = world
  const failures: Error[] = []
  const connection = { url, applicationName: 'afrochat-test-posting', connectionTimeoutMs: PATIENCE_MS, onError: (error: Error) => void failures.push(error) }
  const posting = createPool({ ...connection, poolSize: 1 })
  const waiting = createPool({ ...connection, poolSize: 2 })
  const publish = (placed: readonly PlacedEvent[]) => void insertInOrder(events, placed)
  const active = new Set<UserId>()
  const presence = { activeAmong: async (userIds: readonly UserId[]) => new Set(userIds.filter((id) => active.has(id))) }
  const chat = createChat({ db, transact, posting, waiting, shards: options.shards ?? 1, publish, presence, publicUrl: PUBLIC_URL })

  return {
    ...world,
    chat,
    active,
    async aMessage({ in: { id }, by, content = 'hello', ...rest }) {
      const { message } = await chat.sendMessage(by, { channel_id: id, content, ...rest })
      return message
    },
    async aCustomEmoji({ in: { id: workspace_id, owner_id: created_by }, name }) {
      const image = `test-${newId()}`
      await db.insertInto('images').values({ name: image, content_type: 'image/png', bytes: Buffer.alloc(1), width: 1, height: 1, uploaded_by: created_by }).execute()
      await db.insertInto('custom_emoji').values({ workspace_id, name, image_name: image, created_by }).execute()
    },
    async silence({ id }) {
      await db.deleteFrom('messages').where('channel_id', '=', id).where('kind', '=', 'system').execute()
    },
    async archive({ id }) {
      await db.updateTable('channels').set({ archived_at: new Date() }).where('id', '=', id).execute()
    },
    storedEvents: (channelId, after = 0) =>
      db.selectFrom('events').selectAll().where('stream_key', '=', channelStream(channelId)).where('seq', '>', after).orderBy('seq').execute(),
    async messagesOf(channelId, reader) {
      const messages = await allItems((cursor) => chat.listChanges(reader, { channel_id: channelId, since: 0, ...cursor }))
      return new Map(messages.map((message) => [message.id, forEverybody(message)]))
    },
    async close() {
      // Before the database goes: it ends connections that are still saying good-bye.
      const broken = [...failures]
      await Promise.all([posting.end(), waiting.end()])
      await world.close()
      if (broken.length > 0) throw new AggregateError(broken, 'Posting connections broke during the test')
    },
  }
}

/** The message without what is particular to the reader. */
export function forEverybody({ reactions, saved: _saved, quotes: _quotes, thread: _thread, ...message }: Message): SharedMessage {
  return { ...message, reactions: reactions.map(({ me: _, ...reaction }) => reaction) }
}

/** A list read to its end, page by page. */
export async function allItems<T>(list: (from: { cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page = await list(cursor === null ? {} : { cursor })
    items.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== null)
  return items
}
