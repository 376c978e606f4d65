import { describe, expect, it } from '@jest/globals'
import { imageRoutes, routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import { buildRequest } from './build-request.ts'

const bodyOf = (route: RouteDefinition, input: object) => buildRequest(route, { ...input }).body as string

describe('buildRequest', () => {
  it.each(Object.entries(routeCatalogue))('never has one name for two things: %s', (_, route: RouteDefinition) => {
    const names = [route.params, route.query, route.body].flatMap((part) => Object.keys(part?.properties ?? {}))
    expect(names).toEqual([...new Set(names)])
  })

  it('puts each part of the input where the route wants it', () => {
    const input = { channel_id: 'c 1/2', limit: 5, before: undefined }
    expect(buildRequest(routeCatalogue.listMessages, input)).toMatchObject({ path: '/api/v1/channels/c%201%2F2/messages?limit=5', body: undefined })
    expect(JSON.parse(bodyOf(routeCatalogue.markChannelRead, { channel_id: 'c', seq: 7 }))).toEqual({ seq: 7 })
  })

  it('sends bytes as they are, under the type that they say and the route takes', async () => {
    const route = imageRoutes.setEmoji
    const built = (bytes: unknown) => buildRequest(route, { workspace_id: 'w', name: 'party_parrot', bytes })
    expect(built(new Blob(['x'], { type: 'image/png' }))).toMatchObject({ path: '/api/v1/workspaces/w/emoji/party_parrot', contentType: 'image/png', isRepeatable: true })
    const { body, contentType } = built(new Uint8Array([1, 2, 3]))
    expect([await (body as Blob).bytes(), contentType]).toEqual([new Uint8Array([1, 2, 3]), 'application/octet-stream'])
    expect(built(new Blob(['<svg/>'], { type: 'image/svg+xml' })).contentType).toBe('application/octet-stream')
    expect(() => built('/home/me/parrot.png')).toThrow('bytes must be')
    expect(buildRequest(imageRoutes.getImage, { image_name: 'x' }).givesBytes).toBe(true)
    expect(buildRequest(routeCatalogue.getMe, {}).givesBytes).toBe(false)
  })

  it('sends a field that the route does not know, for the server to refuse', () => {
    expect(buildRequest(routeCatalogue.editMessage, { message_id: 'm', contents: 'x' }).body).toBe('{"contents":"x"}')
    expect(buildRequest(routeCatalogue.getMe, { verbose: true }).path).toBe('/api/v1/users/me?verbose=true')
  })

  it.each(['', '.', '..', undefined])('refuses a part of a path that would make it another path: %p', (emoji) => {
    expect(() => buildRequest(routeCatalogue.removeReaction, { message_id: 'm', emoji })).toThrow('emoji cannot be')
  })

  it('gives every message an id of its own, unless the caller has one or wants none', () => {
    const idOf = (input: object) => JSON.parse(bodyOf(routeCatalogue.sendMessage, { channel_id: 'c', content: 'x', ...input })).client_msg_id
    expect(idOf({})).toMatch(/^[0-9a-f]{32}$/)
    expect(idOf({})).not.toBe(idOf({}))
    expect(idOf({ client_msg_id: 'mine' })).toBe('mine')
    expect(idOf({ client_msg_id: null })).toBeNull()
  })

  it('gives every other POST of somebody signed in a key, so that it is done once however often it is sent', () => {
    const keyOf = (route: RouteDefinition) => buildRequest(route, { channel_id: 'c' }).idempotencyKey
    expect(keyOf(routeCatalogue.joinChannel)).toMatch(/^[0-9a-f]{32}$/)
    expect(keyOf(routeCatalogue.joinChannel)).not.toBe(keyOf(routeCatalogue.joinChannel))
    expect([routeCatalogue.sendMessage, routeCatalogue.getChannel, routeCatalogue.login].map(keyOf)).toEqual([undefined, undefined, undefined])
  })

  it('knows what may be done twice', () => {
    const isRepeatable = (route: RouteDefinition, input: object) => buildRequest(route, { channel_id: 'c', message_id: 'm', emoji: 'tada', ...input }).isRepeatable
    expect(isRepeatable(routeCatalogue.getChannel, {})).toBe(true)
    expect(isRepeatable(routeCatalogue.addReaction, {})).toBe(true)
    expect(isRepeatable(routeCatalogue.sendMessage, { content: 'x' })).toBe(true)
    expect(isRepeatable(routeCatalogue.sendMessage, { content: 'x', client_msg_id: null })).toBe(false)
    expect(isRepeatable(routeCatalogue.joinChannel, {})).toBe(true)
    expect(isRepeatable(routeCatalogue.login, { login: 'ada', password: 'x' })).toBe(false)
    expect(isRepeatable(routeCatalogue.deleteMessage, {})).toBe(false)
  })
})
