import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import type { SetChannelPreferences } from './set-channel-preferences.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser, outsider: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob, outsider] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

const aChannel = (facts: { private?: boolean } = {}) => world.aChannel({ in: workspace, by: alice, members: [bob], ...facts })
const set = (by: TestUser, { id }: Channel, wanted: Omit<SetChannelPreferences, 'channel_id'>) =>
  world.workspace.setChannelPreferences(by, { channel_id: id, ...wanted })
const eventsSince = (before: number) => world.events.slice(before).map(({ stream_key, type, payload }) => [stream_key, type, JSON.parse(payload) as unknown])

describe('setChannelPreferences', () => {
  it('changes what is given and keeps the rest, for oneself alone, and tells one\'s own devices', async () => {
    const channel = await aChannel()
    const before = world.events.length
    expect(await set(bob, channel, { muted: true, notify: 'mentions' })).toMatchObject({ id: channel.id, muted: true, notify: 'mentions', starred: false })
    expect(await set(bob, channel, { starred: true })).toMatchObject({ muted: true, notify: 'mentions', starred: true })
    expect(await world.workspace.getChannel(alice, channel.id)).toMatchObject({ muted: false, notify: 'default', starred: false })
    const own = `u:${workspace.id}:${bob.userId}`
    expect(eventsSince(before)).toEqual([
      [own, 'preferences_updated', { channel: { channel_id: channel.id, muted: true, notify: 'mentions', starred: false }, user: null }],
      [own, 'preferences_updated', { channel: { channel_id: channel.id, muted: true, notify: 'mentions', starred: true }, user: null }],
    ])
  })

  it('leaves no trace when it is so already, the first time too', async () => {
    const channel = await aChannel()
    const before = world.events.length
    expect(await set(outsider, channel, { muted: false, notify: 'default' })).toMatchObject({ muted: false, notify: 'default', starred: false })
    await set(bob, channel, { muted: false })
    expect(world.events).toHaveLength(before)
    await set(bob, channel, { muted: true })
    await set(bob, channel, { muted: true })
    expect(world.events).toHaveLength(before + 1)
  })

  it('tells what is left to read when muting changes that', async () => {
    const channel = await aChannel()
    await world.aMessage({ in: channel, by: alice, content: '@channel hello' })
    const before = world.events.length
    const muted = await set(bob, channel, { muted: true })
    expect(eventsSince(before).map(([, type]) => type)).toEqual(['preferences_updated', 'channel_read'])
    expect(eventsSince(before)[1]?.[2]).toMatchObject({
      channel_id: channel.id, as_of_seq: muted.last_seq,
      last_read_seq: muted.last_read_seq, unread_count: muted.unread_count, mention_count: muted.mention_count,
    })
    expect(muted.mention_count).toBe(1)
    expect((await set(bob, channel, { muted: false })).mention_count).toBe(2)
  })

  it('is for whoever may read the channel, also before they join it, and survives their going and coming', async () => {
    const [open, closed] = [await aChannel(), await aChannel({ private: true })]
    expect(await set(outsider, open, { starred: true })).toMatchObject({ is_member: false, starred: true })
    expect(await world.workspace.joinChannel(outsider, open.id)).toMatchObject({ is_member: true, starred: true, unread_count: 0 })
    for (const user of [outsider, owner, await world.aUser()]) {
      await expect(set(user, closed, { starred: true })).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
    }
  })

  it('of fifty devices at once is announced once for each change', async () => {
    const channel = await aChannel()
    const before = world.events.length
    const answers = await Promise.all(Array.from({ length: 50 }, () => set(bob, channel, { starred: true })))
    expect(answers.every(({ starred }) => starred)).toBe(true)
    expect(world.events).toHaveLength(before + 1)
  })
})
