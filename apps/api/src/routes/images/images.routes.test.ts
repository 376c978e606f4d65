import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Value } from 'typebox/value'
import { CustomEmoji, OwnUser, Workspace, type HttpMethod } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { errorOf, type TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type Answer, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let owner: TestPerson, ada: TestPerson, guest: TestPerson, stranger: TestPerson
beforeAll(async () => {
  place = await createTestPlace()
  ;({ owner } = place)
  ada = await place.aMember()
  guest = await place.aMember({ role: 'guest', channels: [await place.aChannel({ by: ada })] })
  stranger = await place.api.signUp()
})
afterAll(() => place.close())

/** A PNG of one grey. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = width * height > 1_000_000 ? Buffer.alloc(100) : Buffer.alloc((width + 1) * height)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

async function put(as: TestPerson | null, path: string, bytes: Buffer | string = png(64, 32), type = 'image/png'): Promise<Answer> {
  const raw = await place.api.app.inject({
    method: 'PUT', url: `/api/v1${path}`, payload: bytes, headers: { 'content-type': type, ...(as && { authorization: `Bearer ${as.access_token}` }) },
  })
  return { status: raw.statusCode, body: raw.json<unknown>(), raw }
}
const icon = () => `/workspaces/${place.workspace.id}/icon`
const emoji = (name = 'party_parrot', workspaceId: string = place.workspace.id) => `/workspaces/${workspaceId}/emoji/${name}`
const remove = (as: TestPerson | null, path: string) => place.call(as, `DELETE ${path as `/${string}`}`)
const look = (url: string | null, headers: Record<string, string> = {}, method: HttpMethod | 'HEAD' = 'GET') =>
  place.api.app.inject({ method, url: new URL(url ?? 'http://x/nothing').pathname, headers })

/** Everything that takes a picture, as somebody who may send one. */
const takers = (): [path: string, as: TestPerson][] => [['/users/me/avatar', ada], [icon(), owner], [emoji(), ada]]

describe('PUT and DELETE /users/me/avatar', () => {
  it('200, 204: the account with the picture, and without it', async () => {
    const answer = await put(ada, '/users/me/avatar')
    expect(answer).toMatchObject({ status: 200, body: { id: ada.user.id, avatar_url: expect.stringMatching(/^http:\/\/localhost:8080\/api\/v1\/images\/[0-9a-f]{32}$/) } })
    expect(Value.Check(OwnUser, answer.body)).toBe(true)
    expect(await remove(ada, '/users/me/avatar')).toMatchObject({ status: 204, body: undefined })
    expect((await look((answer.body as OwnUser).avatar_url)).statusCode).toBe(404)
  })

  it('401: without a token', async () => {
    expectRefusal(await put(null, '/users/me/avatar'), 401, 'authorization_required')
    expectRefusal(await remove(null, '/users/me/avatar'), 401, 'authorization_required')
  })
})

describe('PUT and DELETE …/icon', () => {
  it('200, 204: the workspace with the icon, and without it', async () => {
    const answer = await put(owner, icon())
    expect(answer).toMatchObject({ status: 200, body: { id: place.workspace.id, icon_url: expect.stringMatching(/\/images\//) } })
    expect(Value.Check(Workspace, answer.body)).toBe(true)
    expect(await remove(owner, icon())).toMatchObject({ status: 204 })
  })

  it('403: a member, and a guest', async () => {
    for (const attempt of [put, remove]) {
      expectRefusal(await attempt(ada, icon()), 403, 'role_not_allowed')
      expectRefusal(await attempt(guest, icon()), 403, 'guest_not_allowed')
    }
  })

  it('404: a workspace of others', async () => {
    for (const attempt of [put, remove]) expectRefusal(await attempt(stranger, icon()), 404, 'workspace_not_found')
  })
})

describe('PUT, GET and DELETE …/emoji', () => {
  it('201, 200, 204: a new one, another picture of it, the list of them, and none', async () => {
    const first = await put(ada, emoji())
    expect(first).toMatchObject({ status: 201, body: { name: 'party_parrot', created_by: ada.user.id } })
    expect(Value.Check(CustomEmoji, first.body)).toBe(true)
    const second = await put(ada, emoji(), png(32, 32))
    expect(second).toMatchObject({ status: 200, body: { name: 'party_parrot', created_by: ada.user.id } })
    expect(await place.call(guest, `GET /workspaces/${place.workspace.id}/emoji`)).toMatchObject({ status: 200, body: { items: [second.body], next_cursor: null } })
    expect(await remove(ada, emoji())).toMatchObject({ status: 204 })
  })

  it.each(['Parrot', '__proto__', ':tada:', '-x', 'a%20b', 'x'.repeat(101), '%F0%9F%A6%9C', 'e%CC%81'])('400: the name %s', async (name) => {
    expectRefusal(await put(ada, emoji(name)), 400, 'invalid_request')
    expectRefusal(await remove(ada, emoji(name)), 400, 'invalid_request')
  })

  it('400: a cursor of another list', async () => {
    expectRefusal(await place.call(ada, `GET /workspaces/${place.workspace.id}/emoji?cursor=x`), 400, 'invalid_cursor')
  })

  it('403: a guest; and a member who would remove another\'s', async () => {
    await put(owner, emoji('owned'))
    expectRefusal(await put(guest, emoji('guests')), 403, 'guest_not_allowed')
    expectRefusal(await remove(guest, emoji('owned')), 403, 'guest_not_allowed')
    expectRefusal(await remove(ada, emoji('owned')), 403, 'not_allowed')
  })

  it('404: a workspace of others, like one that is not; an emoji that is not there', async () => {
    for (const attempt of [() => put(stranger, emoji()), () => put(ada, emoji('x', newId())), () => remove(stranger, emoji('owned'))]) {
      expectRefusal(await attempt(), 404, 'workspace_not_found')
    }
    expectRefusal(await remove(owner, emoji('nobody_made_this')), 404, 'emoji_not_found')
  })

  it('409, 422: a name that somebody else has, or that clients know already', async () => {
    expectRefusal(await put(ada, emoji('owned')), 409, 'name_taken')
    for (const name of ['tada', 'constructor']) expectRefusal(await put(ada, emoji(name)), 422, 'name_reserved')
  })
})

describe('what takes a picture', () => {
  it('400: nothing at all', async () => {
    for (const [path, as] of takers()) expectRefusal(await put(as, path, ''), 400, 'invalid_request')
  })

  it('413: more than 1 MiB', async () => {
    for (const [path, as] of takers()) expectRefusal(await put(as, path, Buffer.alloc(1_048_577)), 413, 'body_too_large')
  })

  it('415: another type, by what is said of it or by what it is', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for (const [path, as] of takers()) {
      for (const type of ['image/svg+xml', 'text/html', 'application/json', 'multipart/form-data; boundary=x', 'image/x-icon']) {
        expectRefusal(await put(as, path, png(4, 4), type), 415, 'unsupported_media_type')
      }
      for (const text of [svg, '<!doctype html><script>alert(1)</script>', '%PDF-1.7', 'BM', 'GIF', '{"a":1}']) {
        for (const type of ['image/png', 'application/octet-stream']) expectRefusal(await put(as, path, text, type), 415, 'unsupported_media_type')
      }
    }
  })

  it('415: says what to send', async () => {
    expect(errorOf((await put(ada, '/users/me/avatar', 'x', 'text/plain')).raw).error).toBe('Send image/png, image/jpeg, image/gif, image/webp, application/octet-stream')
  })

  it('422: a broken picture, and a flood of pixels in a small file', async () => {
    for (const [path, as] of takers()) {
      expectRefusal(await put(as, path, png(64, 64).subarray(0, 40)), 422, 'invalid_image')
      expectRefusal(await put(as, path, png(60_000, 60_000)), 422, 'image_too_large')
    }
  })

  it('believes the bytes and not what is said of them', async () => {
    for (const type of ['image/gif', 'image/jpeg', 'application/octet-stream', 'image/png; charset=utf-8']) {
      expect((await put(ada, '/users/me/avatar', png(8, 8), type)).status).toBe(200)
    }
  })
})

describe('GET /images/:image_name', () => {
  const upload = async () => ((await put(ada, '/users/me/avatar', Buffer.concat([png(600, 300), Buffer.from('<script>alert(1)</script>')]))).body as OwnUser).avatar_url

  it('200: to anybody, as a picture made anew in which nothing may run, for every page and for ever', async () => {
    const answer = await look(await upload(), { origin: 'https://evil.example' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'image/webp', 'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'public, max-age=31536000, immutable', etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    })
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect([answer.rawPayload.toString('latin1', 0, 4), answer.rawPayload.toString('latin1', 8, 12)]).toEqual(['RIFF', 'WEBP'])
    expect(answer.rawPayload.includes('script')).toBe(false)
  })

  it('304: to who has it already, without a body', async () => {
    const url = await upload()
    const { headers: { etag } } = await look(url)
    const answer = await look(url, { 'if-none-match': `"other", ${etag}` })
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', etag])
    expect((await look(url, { 'if-none-match': '"other"' })).statusCode).toBe(200)
  })

  it('200: HEAD says what there is', async () => {
    const answer = await look(await upload(), {}, 'HEAD')
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(0)
  })

  it('is not counted: a page shows hundreds of them at once', async () => {
    expect((await look(await upload())).headers).not.toHaveProperty('ratelimit-limit')
  })

  it.each(['..', 'x', 'A'.repeat(32), `${'a'.repeat(32)}.webp`, `${'a'.repeat(31)}%00`])('400, 404: %s is no name', async (name) => {
    expect([400, 404]).toContain((await look(`http://x/api/v1/images/${name}`)).statusCode)
  })

  it('404: one that is not there, and never kept by a cache', async () => {
    const answer = await look(`http://x/api/v1/images/${'a'.repeat(32)}`)
    expect([answer.statusCode, errorOf(answer).code, answer.headers['cache-control']]).toEqual([404, 'image_not_found', 'no-store'])
  })
})
