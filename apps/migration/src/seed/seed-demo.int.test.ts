import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createAuth } from '@afrochat/auth'
import { allItems, createChatWorld, type ChatWorld } from '@afrochat/test-support'
import { createWorkspace, findByNameOrSlug } from '@afrochat/workspace'
import { onBehalfOf } from '../on-behalf-of.ts'
import { silentConversation } from '../silent-conversation.ts'
import { DEMO_PASSWORD, demoChannels, demoEmail, type DemoMessage } from './demo-story.ts'
import { seedDemo, type SeedDeps } from './seed-demo.ts'

let world: ChatWorld
let deps: SeedDeps
let auth: ReturnType<typeof createAuth>
beforeAll(async () => {
  world = await createChatWorld()
  const { db, transact, chat, memberships } = world
  const workspace = createWorkspace({ db, transact, shards: 1, publicUrl: 'http://localhost', conversation: silentConversation })
  auth = createAuth({
    db, transact, memberships, refreshDays: 1, log: { isFresh: () => true }, passwordCost: { memoryKib: 64, passes: 1 },
    loginGuard: { admit: () => Promise.resolve(), forgive: () => Promise.resolve() },
    tokens: { secrets: ['a secret of the tests that is long enough'], issuer: 'test', lifeSeconds: 60 },
  })
  deps = { db, auth, workspace, chat }
})
afterAll(() => world.close())

describe('the demo', () => {
  it('refuses to speak for a real person who has one of its names', async () => {
    const real = await world.aUser({ username: 'amina' })
    await expect(seedDemo(deps)).rejects.toMatchObject({ code: 'username_taken' })
    await world.db.updateTable('users').set({ username: 'amina.d' }).where('id', '=', real.userId).execute()
  })

  it('has its people, who can sign in, and all that they say', async () => {
    await seedDemo(deps)
    const { user } = await auth.login({ login: 'ada', password: DEMO_PASSWORD, device: { address: '127.0.0.1', userAgent: null }, requestId: null })
    expect(user).toMatchObject({ username: 'ada', email: demoEmail('ada') })

    const ada = onBehalfOf(user.id)
    const [place] = await findByNameOrSlug(world.db, 'demo')
    const { items: channels } = await world.workspace.listChannels(ada, { workspace_id: place?.id as never })
    const byName = new Map(channels.map((channel) => [channel.name, channel]))
    expect([...byName.keys()].toSorted()).toEqual(demoChannels.map(({ name }) => name).toSorted())
    for (const { name, members, messages } of demoChannels) {
      const channel = byName.get(name)
      if (channel === undefined) throw new Error('Compared above')
      expect(channel.member_count).toBe(members.length)
      const told = await allItems((page) => world.chat.listChanges(ada, { channel_id: channel.id, since: 0, ...page }))
      // Not a word about who came into it.
      expect(told.filter(({ deleted_at }) => deleted_at === null)).toHaveLength(countMessages(messages))
    }
  })

  it('is the same after a second run, and after what people did to it', async () => {
    const kofi = onBehalfOf((await world.db.selectFrom('users').select('id').where('username', '=', 'kofi').executeTakeFirstOrThrow()).id)
    const [deleted, edited] = await world.db.selectFrom('messages').select('id').where('user_id', '=', kofi.userId).where('thread_id', 'is', null)
      .where('id', 'in', world.db.selectFrom('reactions').select('message_id')).orderBy('seq').limit(2).execute()
    await world.chat.deleteMessage(kofi, deleted?.id as never)
    const { reactions } = await world.chat.editMessage(kofi, { message_id: edited?.id as never, content: 'What I really wanted to say' })
    const [first] = reactions
    await world.chat.removeReaction(onBehalfOf(first?.user_ids[0] as never), { message_id: edited?.id as never, emoji: first?.emoji ?? '' })
    const before = await world.db.selectFrom('events').select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
    await seedDemo(deps)
    expect(await world.db.selectFrom('events').select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).toEqual(before)
  })
})

function countMessages(messages: readonly DemoMessage[]): number {
  return messages.reduce((sum, { replies = [] }) => sum + 1 + countMessages(replies), 0)
}
