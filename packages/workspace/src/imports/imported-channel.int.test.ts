import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createWorld, eventsOf, type TestUser, type World } from '@afrochat/test-support'
import type { Workspace } from '@afrochat/contracts'
import { findByNameOrSlug, isActiveMember } from './imports.repository.ts'
import { finishImportedChannel, openImportedChannel } from './imported-channel.ts'

const nobody = { userId: null, requestId: null }

let world: World
let owner: TestUser
let member: TestUser
let place: Workspace
beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner, name: 'Racket People' })
  member = await world.aMember({ of: place })
})
afterAll(() => world.close())

describe('an imported channel', () => {
  it('takes the next free name, and nobody can write in it before it is full', async () => {
    const { id, name } = await open({ name: 'general' })
    expect(name).toBe('general-2')
    const channel = await world.workspace.getChannel(owner, id)
    expect(channel).toMatchObject({ is_member: true, role: 'manager', member_count: 1, last_seq: 0, created_at: '2017-05-11T00:00:00.000Z', topic: 'About', description: null })
    expect(channel.archived_at).not.toBeNull()
    await expect(world.workspace.joinChannel(member, id)).rejects.toMatchObject({ code: 'channel_archived' })
    expect(eventsOf(world, id)).toEqual([])
    expect((await open({ name: 'GENERAL' })).name).toBe('general-3')
  })

  it('opens when it is full, is told to open clients once, and others join it as any channel', async () => {
    const { id } = await open({ name: 'full' })
    await world.transact(nobody, (uow) => finishImportedChannel(uow, { channelId: id, archivedAt: null, joining: [member.userId, owner.userId] }))
    expect(await world.workspace.getChannel(member, id)).toMatchObject({ archived_at: null, is_member: true, member_count: 2, last_seq: 1 })
    expect(eventsOf(world, id).map(({ type, seq, imported }) => ({ type, seq, imported }))).toEqual([{ type: 'member_joined', seq: 1, imported: false }])
    const created = world.events.filter(({ type, payload }) => type === 'channel_created' && payload.includes(id))
    expect(created.map(({ imported, audience }) => ({ imported, audience }))).toEqual([{ imported: false, audience: 'members' }])
  })

  it('stays archived, and unannounced, when it was archived there or is private', async () => {
    const archived = await open({ name: 'old' })
    const hidden = await open({ name: 'hidden', kind: 'private', memberIds: [] })
    const archivedAt = new Date('2018-01-01T00:00:00Z')
    await world.transact(nobody, (uow) => finishImportedChannel(uow, { channelId: archived.id, archivedAt, joining: [] }))
    await world.transact(nobody, (uow) => finishImportedChannel(uow, { channelId: hidden.id, archivedAt: null, joining: [] }))
    expect(await world.workspace.getChannel(owner, archived.id)).toMatchObject({ archived_at: archivedAt.toISOString() })
    await expect(world.workspace.getChannel(owner, hidden.id)).rejects.toMatchObject({ code: 'channel_not_found' })
    expect(world.events.some(({ type, payload }) => type === 'channel_created' && (payload.includes(archived.id) || payload.includes(hidden.id)))).toBe(false)
  })
})

describe('the workspace to import into', () => {
  it('is found by its slug or its name, in any case', async () => {
    for (const text of ['racket-people', 'Racket People', 'RACKET people']) expect(await findByNameOrSlug(world.db, text)).toMatchObject([{ id: place.id }])
    expect(await findByNameOrSlug(world.db, 'racket')).toEqual([])
    expect(await isActiveMember(world.db, place.id, member.userId)).toBe(true)
    expect(await isActiveMember(world.db, place.id, (await world.aUser()).userId)).toBe(false)
  })
})

function open(facts: { name: string; kind?: 'public' | 'private'; memberIds?: [] }) {
  return world.transact(nobody, (uow) => openImportedChannel(uow, {
    workspaceId: place.id, kind: 'public', topic: 'About\n', description: '', createdBy: owner.userId, createdAt: new Date('2017-05-11T00:00:00Z'),
    memberIds: [owner.userId], ...facts,
  }))
}
