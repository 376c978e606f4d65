import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import { pathWith, type ObjectIds } from './testing/object-ids.ts'
import { errorOf, type TestPerson } from './testing/test-api.ts'
import { anotherPlace, expectStatus } from './testing/test-objects.ts'
import { createTestPlace, type TestPlace } from './testing/test-place.ts'

interface Page {
  readonly items: readonly unknown[]
  readonly next_cursor: string | null
}

let place: TestPlace
let ada: TestPerson
let bob: TestPerson
let ids: ObjectIds
let others: ObjectIds
/** Of each list; null where it has no second page here. */
const cursors = new Map<string, string | null>()
beforeAll(async () => {
  place = await createTestPlace()
  ada = await place.api.signUp()
  bob = await place.api.signUp()
  ids = await anotherPlace(place, ada)
  await expectStatus(place.call(ada, `POST /channels/${ids.channel}/messages`, { content: 'a reply', thread_id: ids.message }), 201)
  for (let count = 0; count < 2; count += 1) await fill(count)
  others = await anotherPlace(place, bob)
  for (const [name, operation] of lists) {
    const answer = await ask(operation, { limit: 1 })
    expect([name, answer.statusCode]).toEqual([name, 200])
    cursors.set(name, answer.json<Page>().next_cursor)
  }
})
afterAll(() => place.close())

/** One more of everything that is listed. */
async function fill(count: number): Promise<void> {
  const ask = (request: Parameters<TestPlace['call']>[1], body?: unknown) => place.call(ada, request, body)
  const at = new Date(Date.now() + 3_600_000).toISOString()
  const inWorkspace = `POST /workspaces/${ids.workspace}` as const
  const { body } = await ask(`POST /channels/${ids.channel}/messages`, { content: `message ${count}` })
  const { id } = body as { id: string }
  await ask('POST /workspaces', { name: `Another ${count}` })
  await ask(`${inWorkspace}/channels`, { name: `channel-${count}`, kind: 'public' })
  await ask(`${inWorkspace}/invites`, {})
  await ask(`${inWorkspace}/groups`, { handle: `group-${count}-${ada.user.username.slice(-4)}`, name: 'Group' })
  await ask(`${inWorkspace}/scheduled-messages`, { channel_id: ids.channel, content: 'later', send_at: at })
  await ask(`${inWorkspace}/reminders`, { content: 'tea', remind_at: at })
  await ask(`PUT /messages/${id}/pin`)
  await ask(`PUT /messages/${id}/saved`)
  await ask(`PATCH /messages/${ids.message}`, { content: `edited ${count}` })
  await ask(`POST /channels/${ids.channel}/messages`, { content: 'a reply', thread_id: ids.message })
  await ask(`POST /channels/${ids.channel}/messages`, { content: 'a reply', thread_id: id })
}

const lists = Object.entries<RouteDefinition>(routeCatalogue).filter(([, { query }]) => Object.hasOwn(query?.properties ?? {}, 'cursor'))

interface Asked {
  readonly as?: TestPerson
  readonly objects?: ObjectIds
  readonly limit?: number
  readonly cursor?: string
}

async function ask(operation: RouteDefinition, { as = ada, objects = ids, ...query }: Asked) {
  const required = Object.fromEntries((operation.query?.required ?? []).map((name) => [name, '0']))
  const given = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]))
  return place.api.call('GET', `${pathWith(operation, objects)}?${new URLSearchParams({ ...required, ...given }).toString()}`, { as })
}

describe('a cursor', () => {
  it('is given by every list, so that these tests are about all of them', async () => {
    // Of members, sessions and emoji there is one here.
    expect([...cursors].filter(([, cursor]) => cursor === null).map(([name]) => name).toSorted()).toEqual(['listChannelMembers', 'listEmoji', 'listSessions', 'listWorkspaceMembers'])
  })

  it.each(lists)('of any other list is refused: %s', async (name, operation) => {
    const wrong: string[] = []
    for (const [other, cursor] of cursors) {
      if (cursor === null || other === name) continue
      const answer = await ask(operation, { cursor })
      if (answer.statusCode !== 400 || errorOf(answer).code !== 'invalid_cursor') wrong.push(`that of ${other}: ${answer.statusCode}`)
    }
    expect(wrong).toEqual([])
  })

  it.each(lists)('that was altered is refused: %s', async (name, operation) => {
    const cursor = cursors.get(name) ?? Buffer.from('{"list":"x","key":["1"]}').toString('base64url')
    const text = Buffer.from(cursor, 'base64url').toString()
    const altered = [
      cursor.slice(1), `${cursor}x`, cursor.slice(0, -4), cursor.toUpperCase(), '%00', '__proto__',
      ...[text.replace(/\d/, 'x'), `[${text}]`, 'null', '[]', text.replace(/"[^"]*"\]$/, '"x"]')].map((other) => Buffer.from(other).toString('base64url')),
    ]
    for (const one of altered.filter((other) => other !== cursor)) {
      const answer = await ask(operation, { cursor: one })
      // A digit more or less may still be a place in the same list: then it is one.
      if (answer.statusCode === 200) expect(answer.json<Page>().items).toEqual(expect.any(Array))
      else expect([one, answer.statusCode, errorOf(answer).code]).toEqual([one, 400, expect.stringMatching(/^invalid_(?:cursor|request|text)$/)])
    }
  })

  it.each(lists)('of somebody else shows nothing of theirs: %s', async (name, operation) => {
    const cursor = cursors.get(name)
    if (!cursor) return
    const answer = await ask(operation, { as: bob, objects: others, cursor })
    if (answer.statusCode !== 200) return expect(errorOf(answer).code).toBe('invalid_cursor')
    // At most what is their own, by a page that they could have asked for.
    const own = (await ask(operation, { as: bob, objects: others, limit: 200 })).json<Page>().items
    expect(own).toEqual(expect.arrayContaining([...answer.json<Page>().items]))
  })

  it.each(lists)('leads to the end, and shows everything once: %s', async (_, operation) => {
    const all = (await ask(operation, { limit: 200 })).json<Page>().items
    const seen: unknown[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page: Page = (await ask(operation, { limit: 1, ...(cursor !== undefined && { cursor }) })).json<Page>()
      seen.push(...page.items)
      cursor = page.next_cursor
    }
    expect(seen).toEqual(all)
  })
})
