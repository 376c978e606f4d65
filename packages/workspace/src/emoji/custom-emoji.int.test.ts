import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { replay, type Replayed, type TestUser } from '@afrochat/test-support'
import { ANOTHER, createPictureWorld, NO_PICTURE, PICTURE, type PictureWorld } from '../images/images-fixture.ts'
import { isCustomEmoji } from './custom-emoji.repository.ts'
import { MAX_EMOJI, setEmoji } from './set-emoji.ts'

let world: PictureWorld
let acme: Workspace
let owner: TestUser, ada: TestUser, bob: TestUser, guest: TestUser
beforeAll(async () => {
  world = await createPictureWorld()
})
beforeEach(async () => {
  owner = await world.aUser()
  acme = await world.aWorkspace({ owner })
  ;[ada, bob] = [await world.aMember({ of: acme }), await world.aMember({ of: acme })]
  const room = await world.aChannel({ in: acme, by: ada })
  guest = await world.aMember({ of: acme, role: 'guest', channels: [room] })
})
afterAll(() => world.close())

const refused = (code: string, kind: string): unknown => expect.objectContaining({ name: 'DomainError', code, kind })
const set = (by: TestUser, name = 'party_parrot', bytes = PICTURE) => world.images.setEmoji(by, { workspace_id: acme.id, name, bytes })
const remove = (by: TestUser, name = 'party_parrot') => world.workspace.deleteEmoji(by, { workspace_id: acme.id, name })
const list = async (by = ada) => (await world.workspace.listEmoji(by, { workspace_id: acme.id })).items
const closeToMembers = () => world.workspace.updateWorkspace(owner, { workspace_id: acme.id, settings: { members_may_add_emoji: false } })

describe('adding an emoji', () => {
  it('gives it a name and a picture, for everybody in the workspace', async () => {
    const { emoji, created } = await set(ada)
    expect([created, emoji]).toEqual([true, { name: 'party_parrot', url: expect.stringMatching(/\/api\/v1\/images\/[0-9a-f]{32}$/), created_by: ada.userId, created_at: expect.any(String) }])
    for (const reader of [owner, bob, guest]) expect(await list(reader)).toEqual([emoji])
    expect(await isCustomEmoji(world.db, { workspaceId: acme.id, name: 'party_parrot' })).toBe(true)
    const elsewhere = await world.aWorkspace({ owner: bob })
    expect(await isCustomEmoji(world.db, { workspaceId: elsewhere.id, name: 'party_parrot' })).toBe(false)
  })

  it.each(['tada', '100', 'thumbsup', 'skin-tone-3', 'constructor'])('refuses the name %s: clients know it already', async (name) => {
    await expect(set(ada, name)).rejects.toEqual(refused('name_reserved', 'unprocessable'))
    expect(await list()).toEqual([])
  })

  it('again by who added it gives it another picture, and the old one is gone', async () => {
    const { emoji: before } = await set(ada)
    const { emoji, created } = await set(ada, 'party_parrot', ANOTHER)
    expect([created, emoji]).toEqual([false, { ...before, url: emoji.url }])
    expect(emoji.url).not.toBe(before.url)
    expect((await world.kept()).filter((url) => [before.url, emoji.url].includes(url))).toEqual([emoji.url])
  })

  it('of a name that somebody else added is refused to members, and replaces it for admins', async () => {
    const { emoji: before } = await set(ada)
    await expect(set(bob)).rejects.toEqual(refused('name_taken', 'conflict'))
    expect(await list()).toEqual([before])
    const { emoji } = await set(owner, 'party_parrot', ANOTHER)
    expect(emoji).toEqual({ ...before, url: emoji.url })
  })

  it('that is no picture is refused, and nothing changes', async () => {
    await expect(set(ada, 'fake', NO_PICTURE)).rejects.toEqual(refused('unsupported_media_type', 'unsupported'))
    expect(await list()).toEqual([])
  })

  it('ends at a number of emoji, exactly, also when many are added at once', async () => {
    const deps = { db: world.db, transact: world.transact, publicUrl: '', maxEmoji: 5, encoder: { encode: async (bytes: Buffer) => ({ bytes, contentType: 'image/webp', width: 1, height: 1 }) } }
    const add = (name: string) => setEmoji(deps, ada, { workspace_id: acme.id, name, bytes: PICTURE })
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => add(`emoji_${index}`)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(refused('too_many_emoji', 'unprocessable'))
    const [first] = await list()
    expect(await add(first?.name ?? '')).toMatchObject({ created: false })
  })

  it('by fifty people under one name makes one, and leaves no other picture', async () => {
    const before = (await world.kept()).length
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => set(index % 2 === 0 ? ada : bob)))
    expect(results.filter((result) => result.status === 'fulfilled' && result.value.created)).toHaveLength(1)
    expect((await world.kept()).length).toBe(before + 1)
  })
})

describe('removing an emoji', () => {
  it('is for who added it, and for admins; the picture goes with it', async () => {
    const { emoji } = await set(ada)
    await expect(remove(bob)).rejects.toEqual(refused('not_allowed', 'forbidden'))
    await remove(ada)
    expect(await world.kept()).not.toContain(emoji.url)
    await set(ada)
    await remove(owner)
    expect(await list()).toEqual([])
    expect(await isCustomEmoji(world.db, { workspaceId: acme.id, name: 'party_parrot' })).toBe(false)
  })

  it('that is not there is not found', async () => {
    for (const name of ['party_parrot', 'tada']) await expect(remove(owner, name)).rejects.toEqual(refused('emoji_not_found', 'not_found'))
  })

  it('leaves the name free for others', async () => {
    await set(ada)
    await remove(ada)
    expect(await set(bob)).toMatchObject({ created: true, emoji: { created_by: bob.userId } })
  })
})

describe('who may', () => {
  it('add emoji: admins, and members where the workspace lets them; guests never, and their pictures are not looked at', async () => {
    await closeToMembers()
    const looked = world.encoded()
    await expect(set(ada)).rejects.toEqual(refused('role_not_allowed', 'forbidden'))
    await expect(set(guest)).rejects.toEqual(refused('guest_not_allowed', 'forbidden'))
    await expect(remove(guest)).rejects.toEqual(refused('guest_not_allowed', 'forbidden'))
    expect(world.encoded()).toBe(looked)
    expect(await set(owner)).toMatchObject({ created: true })
  })

  it('see them: everybody in the workspace, nobody else', async () => {
    await set(ada)
    const stranger = await world.aUser()
    for (const attempt of [() => list(stranger), () => set(stranger), () => remove(stranger)]) {
      await expect(attempt()).rejects.toEqual(refused('workspace_not_found', 'not_found'))
    }
  })

  it('is written down: who added and removed which emoji', async () => {
    await set(ada)
    await remove(owner)
    const { items } = await world.workspace.listAuditLog(owner, { workspace_id: acme.id })
    expect(items.filter(({ target_id }) => target_id === 'party_parrot').map(({ action, actor_id }) => ({ action, actor_id })))
      .toEqual([{ action: 'emoji_removed', actor_id: owner.userId }, { action: 'emoji_added', actor_id: ada.userId }])
  })
})

describe('the emoji of a workspace', () => {
  it('come in pages, by name, each once', async () => {
    const names = ['b_1', 'a-1', 'a_1', 'a+1', 'z9', '9z']
    for (const name of names) await set(ada, name)
    const first = await world.workspace.listEmoji(ada, { workspace_id: acme.id, limit: 4 })
    await remove(ada, 'a+1')
    const second = await world.workspace.listEmoji(ada, { workspace_id: acme.id, limit: 4, cursor: first.next_cursor ?? '' })
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(names.toSorted())
    expect(second.next_cursor).toBeNull()
    for (const cursor of ['x', Buffer.from('["groups","a"]').toString('base64url')]) {
      await expect(world.workspace.listEmoji(ada, { workspace_id: acme.id, cursor })).rejects.toMatchObject({ code: 'invalid_cursor' })
    }
  })

  it('are on everybody\'s first screen: state before and the events is the state after', async () => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, ada, guest } }, async () => {
      await set(ada, 'b_parrot')
      await set(ada, 'a_parrot')
      await set(ada, 'b_parrot', ANOTHER)
      await remove(ada, 'a_parrot')
    })
    for (const [name, { applied, after, received }] of Object.entries<Replayed>(seen)) {
      expect({ name, boot: applied }).toEqual({ name, boot: after })
      expect(received.map(({ type }) => type)).toEqual(['emoji_updated', 'emoji_updated', 'emoji_updated', 'emoji_updated'])
    }
  })

  it(`are ${MAX_EMOJI} at most, and that many fit a first screen`, async () => {
    await world.db.insertInto('images').values({ name: 'c'.repeat(32), content_type: 'image/webp', bytes: PICTURE, width: 1, height: 1 }).onConflict((one) => one.doNothing()).execute()
    await world.db.insertInto('custom_emoji').values(Array.from({ length: MAX_EMOJI }, (_, index) => ({
      workspace_id: acme.id, name: `party_parrot_${index}`, image_name: 'c'.repeat(32), created_by: ada.userId,
    }))).execute()
    const { emoji } = await world.workspace.boot(ada, acme.id)
    expect(emoji).toHaveLength(MAX_EMOJI)
    // 1.2 MB as it is, 170 KB compressed.
    expect(JSON.stringify(emoji).length).toBeLessThan(1_500_000)
  })
})
