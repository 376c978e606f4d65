import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { replay, type Replayed, type TestUser } from '@afrochat/test-support'
import { ANOTHER, createPictureWorld, NO_PICTURE, PICTURE, type PictureWorld } from './images-fixture.ts'
import { removeUnusedImages } from './remove-unused-images.ts'

let world: PictureWorld
let acme: Workspace
let owner: TestUser, ada: TestUser, guest: TestUser
beforeAll(async () => {
  world = await createPictureWorld()
  owner = await world.aUser()
  acme = await world.aWorkspace({ owner })
  ada = await world.aMember({ of: acme })
  const room = await world.aChannel({ in: acme, by: ada })
  guest = await world.aMember({ of: acme, role: 'guest', channels: [room] })
})
beforeEach(async () => {
  await world.images.removeAvatar(ada)
  await world.images.removeIcon(owner, acme.id)
})
afterAll(() => world.close())

const refused = (code: string, kind: string): unknown => expect.objectContaining({ name: 'DomainError', code, kind })
const me = (by = ada) => world.workspace.boot(by, acme.id).then((boot) => boot.me)
const nameIn = (url: string | null) => url?.split('/').at(-1) ?? ''
const setIcon = (by: TestUser, bytes = PICTURE) => world.images.setIcon(by, { workspace_id: acme.id, bytes })

describe('an avatar', () => {
  it('is kept under an address that nobody guesses, and served to whoever knows it', async () => {
    const { avatar_url: url } = await world.images.setAvatar(ada, PICTURE)
    expect(url).toMatch(/^https:\/\/chat\.example\.com\/api\/v1\/images\/[0-9a-f]{32}$/)
    expect(await me()).toMatchObject({ avatar_url: url })
    expect(await world.images.getImage(nameIn(url))).toEqual({ bytes: PICTURE, contentType: 'image/webp' })
    const row = await world.db.selectFrom('images').select(['width', 'uploaded_by']).where('name', '=', nameIn(url)).executeTakeFirst()
    expect(row).toEqual({ width: 256, uploaded_by: ada.userId })
  })

  it('that is replaced has another address, and the old picture is gone', async () => {
    const { avatar_url: first } = await world.images.setAvatar(ada, PICTURE)
    const { avatar_url: second } = await world.images.setAvatar(ada, ANOTHER)
    expect(second).not.toBe(first)
    expect(await world.kept()).toEqual([second])
    await expect(world.images.getImage(nameIn(first))).rejects.toEqual(refused('image_not_found', 'not_found'))
  })

  it('that is taken away is gone with its picture; twice changes nothing', async () => {
    await world.images.setAvatar(ada, PICTURE)
    await world.images.removeAvatar(ada)
    expect([await me(), await world.kept()]).toEqual([expect.objectContaining({ avatar_url: null }), []])
    const count = world.events.length
    await world.images.removeAvatar(ada)
    expect(world.events).toHaveLength(count)
  })

  it('from elsewhere, as an import brings them, is taken away too', async () => {
    await world.db.updateTable('users').set({ avatar_url: 'https://elsewhere.example/ada.png' }).where('id', '=', ada.userId).execute()
    await world.images.removeAvatar(ada)
    expect(await me()).toMatchObject({ avatar_url: null })
  })

  it('that is no picture leaves everything as it was', async () => {
    const { avatar_url: url } = await world.images.setAvatar(ada, PICTURE)
    const count = world.events.length
    await expect(world.images.setAvatar(ada, NO_PICTURE)).rejects.toEqual(refused('unsupported_media_type', 'unsupported'))
    expect([await me(), await world.kept(), world.events.length]).toEqual([expect.objectContaining({ avatar_url: url }), [url], count])
  })

  it('set fifty times at once is one of them, and no other picture is left', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, index) => world.images.setAvatar(ada, Buffer.from(`picture ${index}`))))
    const { avatar_url: url } = await me()
    expect(results.map((one) => one.avatar_url)).toContain(url)
    expect(await world.kept()).toEqual([url])
  })

  it('reaches everybody who may know the person: state before and its events is the state after', async () => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, ada, guest } }, async () => {
      await world.images.setAvatar(ada, PICTURE)
      await world.images.removeAvatar(ada)
      await world.images.setAvatar(ada, ANOTHER)
    })
    for (const { applied, after, received } of Object.values<Replayed>(seen)) {
      expect(applied).toEqual(after)
      expect(received.map(({ type }) => type)).toEqual(['user_updated', 'user_updated', 'user_updated'])
    }
  })
})

describe('the icon of a workspace', () => {
  it('is set and taken away by its admins, and reaches guests too: state before and the events is the state after', async () => {
    const admin = await world.aMember({ of: acme, role: 'admin' })
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, ada, guest } }, async () => {
      await setIcon(admin)
      await setIcon(owner, ANOTHER)
    })
    for (const { applied, after, received } of Object.values<Replayed>(seen)) {
      expect(applied).toEqual(after)
      expect(received.map(({ type }) => type)).toEqual(['workspace_updated', 'workspace_updated'])
    }
    const { icon_url: url } = await world.workspace.getWorkspace(guest, acme.id)
    expect(await world.kept()).toEqual([url])
    await world.images.removeIcon(admin, acme.id)
    expect([await world.kept(), await world.workspace.getWorkspace(ada, acme.id)]).toEqual([[], expect.objectContaining({ icon_url: null })])
  })

  it('is nothing for members, guests and strangers, whose pictures are not even looked at', async () => {
    const looked = world.encoded()
    await expect(setIcon(ada)).rejects.toEqual(refused('role_not_allowed', 'forbidden'))
    await expect(setIcon(guest)).rejects.toEqual(refused('guest_not_allowed', 'forbidden'))
    const stranger = await world.aUser()
    await expect(setIcon(stranger)).rejects.toEqual(refused('workspace_not_found', 'not_found'))
    for (const [who, code] of [[ada, 'role_not_allowed'], [guest, 'guest_not_allowed'], [stranger, 'workspace_not_found']] as const) {
      await expect(world.images.removeIcon(who, acme.id)).rejects.toMatchObject({ code })
    }
    expect([world.encoded(), await world.kept()]).toEqual([looked, []])
  })

  it('leaves no event where there is none to take away, and a trace where there is', async () => {
    const count = world.events.length
    await world.images.removeIcon(owner, acme.id)
    expect(world.events).toHaveLength(count)
    await setIcon(owner)
    const { items: [last] } = await world.workspace.listAuditLog(owner, { workspace_id: acme.id })
    expect(last).toMatchObject({ action: 'workspace_updated', actor_id: owner.userId, details: { icon: 'replaced' } })
  })
})

describe('pictures that nothing shows any more', () => {
  it('are removed after an hour, and those that something shows stay', async () => {
    const { avatar_url: url } = await world.images.setAvatar(ada, PICTURE)
    const { icon_url: icon } = await setIcon(owner)
    const image = { content_type: 'image/webp', bytes: PICTURE, width: 1, height: 1, uploaded_by: null }
    const old = new Date(Date.now() - 2 * 3_600_000)
    await world.db.updateTable('images').set({ created_at: old }).execute()
    await world.db.insertInto('images').values([{ ...image, name: 'a'.repeat(32), created_at: old }, { ...image, name: 'b'.repeat(32) }]).execute()
    expect(await removeUnusedImages(world)).toBe(1)
    expect(await world.kept()).toEqual([url, icon, `https://chat.example.com/api/v1/images/${'b'.repeat(32)}`].toSorted())
    await world.db.deleteFrom('images').where('name', '=', 'b'.repeat(32)).execute()
  })
})
