import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import type { ChannelFilter } from './channel-listing.repository.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())

const list = (user: TestUser, filter?: ChannelFilter) =>
  allItems((from) => world.workspace.listChannels(user, { workspace_id: workspace.id, filter, limit: 2, ...from }))
const namesOf = async (user: TestUser, filter?: ChannelFilter) => (await list(user, filter)).map(({ name }) => name)

describe('listChannels', () => {
  it('lists the own channels, the public ones, or the archived ones that the caller may see', async () => {
    const place = await world.aWorkspace({ owner })
    const [carol, dave] = [await world.aMember({ of: place }), await world.aMember({ of: place })]
    const make = (name: string, isPrivate: boolean, members: TestUser[] = []) => world.aChannel({ in: place, by: carol, name, private: isPrivate, members })
    const [open, , openOld, closedOld] = [
      await make('open', false), await make('closed', true, [dave]), await make('open-old', false), await make('closed-old', true), await make('hidden', true),
    ]
    for (const old of [openOld, closedOld]) await world.archive(old)
    const guest = await world.aMember({ of: place, role: 'guest', channels: [open] })
    const names = async (user: TestUser, filter: ChannelFilter) =>
      (await allItems((from) => world.workspace.listChannels(user, { workspace_id: place.id, filter, limit: 2, ...from }))).map(({ name }) => name)

    expect(await names(dave, 'mine')).toEqual(['general', 'closed'])
    expect(await names(dave, 'browse')).toEqual(['general', 'open'])
    expect(await names(dave, 'archived')).toEqual(['open-old'])
    expect(await names(carol, 'mine')).toEqual(['general', 'open', 'closed', 'open-old', 'closed-old', 'hidden'])
    expect(await names(carol, 'archived')).toEqual(['open-old', 'closed-old'])
    expect(await names(owner, 'browse')).toEqual(['general', 'open'])
    expect([await names(guest, 'mine'), await names(guest, 'browse'), await names(guest, 'archived')]).toEqual([['open'], ['open'], []])
    await expect(names(await world.aUser(), 'browse')).rejects.toMatchObject({ code: 'workspace_not_found' })
  })

  it('shows no channel twice and skips none while others are made and left between the pages', async () => {
    const place = await world.aWorkspace({ owner })
    const carol = await world.aMember({ of: place })
    const left = await world.aChannel({ in: place, by: carol })
    const made = [await world.generalOf(place, carol), left]
    for (let index = 0; index < 4; index += 1) made.push(await world.aChannel({ in: place, by: carol }))
    const page = (cursor?: string) => world.workspace.listChannels(carol, { workspace_id: place.id, limit: 2, cursor })
    const first = await page()
    await world.workspace.leaveChannel(carol, left.id)
    const second = await page(first.next_cursor ?? undefined)
    const late = await world.aChannel({ in: place, by: carol })
    const third = await page(second.next_cursor ?? undefined)
    const fourth = await page(third.next_cursor ?? undefined)
    const ids = [first, second, third, fourth].flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids).toEqual([...made, late].map(({ id }) => id))
    expect(fourth.next_cursor).toBeNull()
  })

  it('shows what the caller does not see, neither as mine nor by browsing, as channel_not_found', async () => {
    const secret = await world.aChannel({ in: workspace, by: alice, private: true })
    expect(await namesOf(bob)).not.toContain(secret.name)
    expect(await namesOf(owner, 'browse')).not.toContain(secret.name)
    await expect(world.workspace.getChannel(owner, secret.id)).rejects.toMatchObject({ code: 'channel_not_found' })
    await expect(world.workspace.listChannelMembers(owner, { channel_id: secret.id })).rejects.toMatchObject({ code: 'channel_not_found' })
  })
})
