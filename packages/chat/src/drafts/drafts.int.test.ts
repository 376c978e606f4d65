import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { memberStream, MAX_MESSAGE_CODE_POINTS, type Channel, type Draft, type Workspace } from '@afrochat/contracts'
import { newId, type ChannelId, type MessageId } from '@afrochat/kernel'
import { createChatWorld, replay, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { nextMillisecond } from '../testing/work.ts'
import { MAX_DRAFTS } from './save-draft.ts'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let channel: Channel
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
})
beforeEach(async () => {
  alice = await world.aMember({ of: place })
  channel = await world.aChannel({ in: place, by: owner, members: [alice] })
})
afterAll(() => world.close())

type Place = { readonly channel_id?: ChannelId; readonly thread_id?: MessageId }
const save = (content: string, rest: Place & { base_version?: number | null } = {}, by = alice) =>
  world.chat.saveDraft(by, { channel_id: channel.id, content, ...rest })
const get = (rest: Place = {}, by = alice) => world.chat.getDraft(by, { channel_id: channel.id, ...rest })
const remove = (rest: Place & { base_version?: number } = {}, by = alice) => world.chat.removeDraft(by, { channel_id: channel.id, ...rest })
const ownEvents = () => world.events
  .filter(({ type, stream_key }) => type === 'draft_updated' && stream_key === memberStream(place.id, alice.userId))
  .map(({ payload }) => JSON.parse(payload) as { channel_id: string; thread_id: string | null; draft: Draft | null })
const bootDrafts = async (by = alice) => (await world.workspace.boot(by, place.id)).drafts

describe('saving a draft', () => {
  it('keeps the text as it was typed, for all one’s devices and for nobody else', async () => {
    const draft = await save('hi @everyone, `x` ', { base_version: null })
    expect(draft).toEqual({
      id: expect.any(String), workspace_id: place.id, channel_id: channel.id, thread_id: null,
      content: 'hi @everyone, `x` ', version: expect.any(Number), updated_at: expect.any(String),
    })
    expect(await get()).toEqual(draft)
    expect(await bootDrafts()).toEqual([draft])
    expect(ownEvents()).toEqual([{ channel_id: channel.id, thread_id: null, draft }])
    await expect(get({}, owner)).rejects.toEqual(refused('draft_not_found'))
    expect(await bootDrafts(owner)).toEqual([])
  })

  it('is one draft a place: the channel, and each of its threads, whichever message of one is named', async () => {
    const root = await world.aMessage({ in: channel, by: owner })
    const reply = await world.aMessage({ in: channel, by: owner, thread_id: root.id })
    const ofChannel = await save('to all')
    nextMillisecond()
    const ofThread = await save('to the thread', { thread_id: reply.id })
    expect(ofThread.thread_id).toBe(root.id)
    expect(await get()).toEqual(ofChannel)
    expect(await get({ thread_id: root.id })).toEqual(ofThread)
    expect(await bootDrafts()).toEqual([ofChannel, ofThread])
  })

  it('goes on from the version that one had', async () => {
    const first = await save('one', { base_version: null })
    const second = await save('two', { base_version: first.version })
    expect(second).toMatchObject({ id: first.id, content: 'two' })
    expect(second.version).toBeGreaterThan(first.version)
  })

  it('conflicts with a version that one did not see, and says which there is', async () => {
    const first = await save('one', { base_version: null })
    const second = await save('two', { base_version: first.version })
    for (const base_version of [null, first.version, second.version + 1]) {
      await expect(save('mine', { base_version })).rejects.toEqual(refused('draft_has_conflict'))
      await expect(save('mine', { base_version })).rejects.toThrow(`version ${second.version} `)
    }
    expect(await get()).toEqual(second)
  })

  it('conflicts with the end of the draft that one saw, also when another has begun since', async () => {
    const first = await save('one', { base_version: null })
    await remove()
    await expect(save('mine', { base_version: first.version })).rejects.toEqual(refused('draft_has_conflict'))
    const next = await save('another', { base_version: null })
    expect(next.version).not.toBe(first.version)
    await expect(save('mine', { base_version: first.version })).rejects.toEqual(refused('draft_has_conflict'))
  })

  it('without a version goes over whatever is there', async () => {
    await save('one')
    expect(await save('two')).toMatchObject({ content: 'two' })
  })

  it('of what is there changes nothing, so that a retry is no conflict', async () => {
    const first = await save('one', { base_version: null })
    expect(await save('one', { base_version: null })).toEqual(first)
    expect(ownEvents()).toHaveLength(1)
  })

  it('on fifty devices at once lets one win and tells the others', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => save(`device ${index}`, { base_version: null })))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(refused('draft_has_conflict'))
    expect(await get()).toEqual(won[0]?.value)
    const { version } = await get()
    const again = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => save(`again ${index}`, { base_version: version })))
    expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(ownEvents()).toHaveLength(2)
  })

  it.each([['no_text', ' \n\u200b'], ['msg_too_long', 'x'.repeat(MAX_MESSAGE_CODE_POINTS + 1)], ['invalid_text', 'a\0b'], ['invalid_text', '\ud800']])(
    'refuses by %s what could not be sent', async (code, content) => {
      await expect(save(content)).rejects.toEqual(refused(code))
    })

  it(`refuses more than ${MAX_DRAFTS} in a workspace, and lets those that are there be changed`, async () => {
    const root = await world.aMessage({ in: channel, by: owner })
    const draft = await save('first')
    const others = Array.from({ length: MAX_DRAFTS - 1 }, (_, index) => ({
      id: newId<Draft['id']>(), user_id: alice.userId, workspace_id: place.id, channel_id: channel.id, thread_id: null, content: 'x', version: index,
    }))
    const channels = await Promise.all(others.map(async (row) => ({ ...row, channel_id: (await aBareChannel()) })))
    await world.db.insertInto('drafts').values(channels).execute()
    await expect(save('one more', { thread_id: root.id })).rejects.toEqual(refused('too_many_drafts'))
    expect(await save('changed', { base_version: draft.version })).toMatchObject({ content: 'changed' })
  })

  async function aBareChannel(): Promise<ChannelId> {
    const id = newId<ChannelId>()
    await world.db.insertInto('channels').values({
      id, workspace_id: place.id, kind: 'public', name: `c${id.slice(-12)}`, topic: null, description: null, created_by: owner.userId, archived_at: null,
    }).execute()
    return id
  }
})

describe('who may draft', () => {
  it('who may post there now, and nobody else', async () => {
    const reader = await world.aMember({ of: place })
    const stranger = await world.aUser()
    await expect(save('x', {}, reader)).rejects.toEqual(refused('not_in_channel'))
    await expect(save('x', {}, stranger)).rejects.toEqual(refused('channel_not_found'))
    await expect(save('x', { channel_id: newId<ChannelId>() })).rejects.toEqual(refused('channel_not_found'))
    await world.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', channel.id).execute()
    await expect(save('x')).rejects.toEqual(refused('channel_read_only'))
    expect(await save('x', {}, owner)).toMatchObject({ content: 'x' })
    await world.archive(channel)
    await expect(save('y', {}, owner)).rejects.toEqual(refused('channel_archived'))
  })

  it('in threads that take replies', async () => {
    const [deleted, locked] = [await world.aMessage({ in: channel, by: owner }), await world.aMessage({ in: channel, by: owner })]
    const elsewhere = await world.aMessage({ in: await world.aChannel({ in: place, by: owner, members: [alice] }), by: owner })
    await world.chat.deleteMessage(owner, deleted.id)
    await world.chat.lockThread(owner, locked.id)
    for (const id of [deleted.id, elsewhere.id, newId<MessageId>()]) await expect(save('x', { thread_id: id })).rejects.toEqual(refused('thread_not_found'))
    await expect(save('x', { thread_id: locked.id })).rejects.toEqual(refused('thread_locked'))
  })
})

describe('what becomes of a draft', () => {
  it('is thrown away once, unless it is not what one saw', async () => {
    const draft = await save('x')
    await expect(remove({ base_version: draft.version + 1 })).rejects.toEqual(refused('draft_has_conflict'))
    await remove({ base_version: draft.version })
    await remove()
    await expect(get()).rejects.toEqual(refused('draft_not_found'))
    expect(ownEvents().map(({ draft: kept }) => kept)).toEqual([draft, null])
  })

  it('ends when it is sent, once, on whichever device', async () => {
    const draft = await save('sent')
    const sends = await Promise.allSettled(Array.from({ length: 20 }, (_, index) =>
      world.aMessage({ in: channel, by: alice, content: 'sent', draft_id: draft.id, client_msg_id: `device-${index}` })))
    expect(sends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const send of sends) if (send.status === 'rejected') expect(send.reason).toEqual(refused('draft_already_sent'))
    await expect(get()).rejects.toEqual(refused('draft_not_found'))
    expect(ownEvents().at(-1)).toEqual({ channel_id: channel.id, thread_id: null, draft: null })
    await expect(save('too late', { base_version: draft.version })).rejects.toEqual(refused('draft_has_conflict'))
  })

  it('stays its author’s when they leave the channel: to be read and thrown away', async () => {
    const secret = await world.aChannel({ in: place, by: owner, private: true, members: [alice] })
    const draft = await save('last words', { channel_id: secret.id })
    await world.workspace.leaveChannel(alice, secret.id)
    expect(await bootDrafts()).toEqual([draft])
    expect(await get({ channel_id: secret.id })).toEqual(draft)
    await expect(save('more', { channel_id: secret.id })).rejects.toEqual(refused('channel_not_found'))
    await remove({ channel_id: secret.id })
    await expect(get({ channel_id: secret.id })).rejects.toEqual(refused('channel_not_found'))
    await expect(remove({ channel_id: secret.id })).rejects.toEqual(refused('channel_not_found'))
  })
})

describe('what a client knew at its start, and the events since, give what it would get now', () => {
  const actions: Record<string, () => Promise<unknown>> = {
    'saving a draft': () => save('one'),
    'saving it again': async () => save('two', { base_version: (await save('one')).version }),
    'saving what is there': async () => {
      await save('one')
      await save('one')
    },
    'throwing it away': async () => {
      await save('one')
      await remove()
    },
    'sending it': async () => world.aMessage({ in: channel, by: alice, content: 'one', draft_id: (await save('one')).id }),
    'drafting a reply': async () => save('one', { thread_id: (await world.aMessage({ in: channel, by: owner })).id }),
  }
  it.each(Object.entries(actions))('after %s', async (_name, act) => {
    const { own, other } = await replay(world, { workspaceId: place.id, viewers: { own: alice, other: owner } }, act)
    expect(own.applied?.drafts).toEqual(own.after?.drafts)
    expect(own.applied?.channels).toEqual(own.after?.channels)
    expect(other.applied).toEqual(other.after)
    expect(other.received.map(({ type }) => type)).not.toContain('draft_updated')
  })
})
