import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, CreatedInvite } from '@afrochat/contracts'
import { createTestPlace, type TestPlace } from '../testing/test-place.ts'

let place: TestPlace
beforeAll(async () => {
  place = await createTestPlace()
})
afterAll(() => place.close())

const post = (path: string, body: unknown, key: string) =>
  place.api.call('POST', `workspaces/${place.workspace.id}/${path}`, { as: place.owner, body, headers: { 'idempotency-key': key } })

describe('a POST with an Idempotency-Key', () => {
  it('is answered again as it was, and is done once: one channel, not a conflict of names', async () => {
    const create = () => post('channels', { name: 'once', kind: 'public' }, 'key-1')
    const [first, again] = [await create(), await create()]
    expect([first.statusCode, again.statusCode]).toEqual([201, 201])
    expect(again.json<Channel>()).toEqual(first.json<Channel>())
  })

  it('shows the secret of an invite again to who asked for it', async () => {
    const [first, again] = [await post('invites', {}, 'key-2'), await post('invites', {}, 'key-2')]
    expect(again.json<CreatedInvite>().token).toBe(first.json<CreatedInvite>().token)
  })

  it('answers 409 to the same key with another body', async () => {
    await post('channels', { name: 'here-first', kind: 'public' }, 'key-3')
    const other = await post('channels', { name: 'another', kind: 'public' }, 'key-3')
    expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([409, 'idempotency_conflict'])
  })

  it.each(['', 'two words', 'é', 'x'.repeat(256)])('answers 400 to what is no key: %p', async (key) => {
    const answer = await post('channels', { name: 'never', kind: 'public' }, key)
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'invalid_idempotency_key'])
  })
})
