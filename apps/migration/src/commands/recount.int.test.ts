import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Channel, Message } from '@afrochat/contracts'
import { applyEvents, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { CommandFailed } from '../command.ts'
import type { MigrationConfig } from '../config.ts'
import { runCommand } from '../testing/command.ts'
import { recount as command } from './recount.ts'

let world: ChatWorld
let alice: TestUser, bob: TestUser
let channel: Channel
let root: Message
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  const place = await world.aWorkspace({ owner: alice })
  bob = await world.aMember({ of: place })
  channel = await world.aChannel({ in: place, by: alice, members: [bob] })
  root = await world.aMessage({ in: channel, by: alice })
})
/** A conversation with all that is stored of it besides its words. */
beforeEach(async () => {
  for (const by of [bob, alice, bob]) await world.aMessage({ in: channel, by, thread_id: root.id, content: `<@${alice.userId}> <@${bob.userId}>` })
})
afterAll(() => world.close())

/** In this process: a dozen of them would be a minute of starting programs. */
async function recount(...args: string[]): Promise<{ failed: string | null; said: string }> {
  const lines: string[] = []
  const terminal = { say: (line: string) => void lines.push(line), complain: (line: string) => void lines.push(line), progress: () => undefined }
  const config = () => ({ database: { url: world.databaseUrl }, eventLog: { shards: 1 } }) as MigrationConfig
  try {
    await command.run(args, { terminal, config })
    return { failed: null, said: lines.join('\n') }
  } catch (error) {
    if (error instanceof CommandFailed) return { failed: error.message, said: lines.join('\n') }
    throw error
  }
}
const eventsAfter = async (seq: number) => (await world.storedEvents(channel.id, seq)).map(({ type }) => type)
const headOf = async () => (await world.workspace.getChannel(alice, channel.id)).last_seq

describe('recount', () => {
  it('finds nothing where everything agrees, and changes nothing', async () => {
    const before = await headOf()
    for (const args of [[], ['--mend']]) {
      expect(await recount(...args)).toEqual({ failed: null, said: expect.stringMatching(/^\d+ channels, and everything agrees\.$/) })
    }
    expect(await headOf()).toBe(before)
  })

  it.each([
    ['member_count', () => sql`update channels set member_count = 7 where id = ${channel.id}`, 'channel_updated'],
    ['replies of', () => sql`update messages set reply_count = reply_count + 1 where id = ${root.id}`, 'thread_updated'],
    ['replies of', () => sql`update messages set reply_user_ids = '{}' where id = ${root.id}`, 'thread_updated'],
    ['replies of', () => sql`update messages set last_reply_at = null where id = ${root.id}`, 'thread_updated'],
    ['mention of', () => sql`update message_mentions set in_channel = true where thread_id = ${root.id}`, null],
    ['mention of', () => sql`
      insert into message_mentions (channel_id, user_id, seq, message_id, in_channel, direct) values (${channel.id}, ${alice.userId}, 1, ${root.id}, true, true)`, null],
    ['following of', () => sql`
      insert into thread_subscriptions (root_id, user_id, workspace_id, channel_id, following)
      select id, user_id, workspace_id, channel_id, true from messages where thread_id = ${root.id} limit 1`, null],
    ['in the thread', () => sql`update thread_subscriptions set last_read_seq = 1000000 where root_id = ${root.id}`, null],
    ['read mark of', () => sql`update channel_user_states set last_read_seq = 1000000 where channel_id = ${channel.id}`, null],
    ['head of the channel', () => sql`update stream_heads set seq = seq - 1 where stream_key = ${`c:${channel.id}`}`, null],
  ] as const)('finds a %s that has drifted, mends it on demand, with the news of it, and then finds nothing', async (what, spoil, news) => {
    await spoil().execute(world.db)
    const found = await recount()
    expect(found).toEqual({ failed: expect.stringContaining('drifted. Run it with --mend'), said: expect.stringContaining(`drift   ${channel.id}  `) })
    expect(found.said).toContain(what)
    const before = await headOf()
    const mended = await recount('--mend')
    expect(mended).toEqual({ failed: null, said: expect.stringContaining('mended.') })
    expect(mended.said).toContain(what)
    expect(await recount()).toMatchObject({ failed: null })
    if (news !== null) expect(await eventsAfter(before)).toEqual([news])
  })

  it('ends with exit code 1 when something has drifted and was not mended, for scripts', async () => {
    await world.db.updateTable('channels').set({ member_count: 7 }).where('id', '=', channel.id).execute()
    expect(await runCommand(world.databaseUrl, ['recount'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--mend') })
    expect(await runCommand(world.databaseUrl, ['recount', '--mend'])).toMatchObject({ code: 0, stdout: expect.stringContaining('1 mended.') })
  })

  it('makes clients know what it mended: what they had, and the event of it, is what there is now', async () => {
    await world.db.updateTable('messages').set({ reply_count: 99 }).where('id', '=', root.id).execute()
    const state = await world.messagesOf(channel.id, alice)
    const before = await headOf()
    await recount('--mend')
    expect(applyEvents(state, await world.storedEvents(channel.id, before))).toEqual(await world.messagesOf(channel.id, alice))
  })
})
