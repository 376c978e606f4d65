import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routeCatalogue, type Channel, type RouteDefinition } from '@afrochat/contracts'
import { smallestBody } from './testing/hostile-input.ts'
import { bodyWith, ghosts, kindOf, pathWith, type ObjectIds, type ObjectKind } from './testing/object-ids.ts'
import type { TestPerson } from './testing/test-api.ts'
import { anotherPlace, expectStatus, objectsOf, PICTURE } from './testing/test-objects.ts'
import { createTestPlace, type TestPlace } from './testing/test-place.ts'

const operations = Object.entries<RouteDefinition>(routeCatalogue)
const withIds = operations.filter(([, { params }]) => Object.keys(params?.properties ?? {}).some((name) => kindOf(name) !== undefined))
const withIdsInBody = operations.filter(([, operation]) => bodyWith(operation, ghosts()) !== undefined)

let place: TestPlace
/** Full member of the workspace, but not of what is private in it. */
let bob: TestPerson
/** Owner of another workspace. */
let eve: TestPerson
let eves: ObjectIds
/** In ada's workspace, by what kind of channel the channel and the message are in. */
let adas: Record<'public' | 'private' | 'dm' | 'deleted', ObjectIds>

beforeAll(async () => {
  place = await createTestPlace()
  const { owner: ada, general, workspace } = place
  bob = await place.aMember()
  const room = await place.aChannel({ by: ada, private: true })
  const gone = await place.aChannel({ by: ada })
  const dm = (await place.call(ada, `POST /workspaces/${workspace.id}/dms`, { user_ids: [ada.user.id] })).body as Channel
  const ofAda = await objectsOf(place, { person: ada, workspace })
  const idsIn = async (channel: Channel) => ({ ...ofAda, channel: channel.id, message: (await place.aMessage({ in: channel, by: ada })).id })
  adas = { public: await idsIn(general), private: await idsIn(room), dm: await idsIn(dm), deleted: await idsIn(gone) }
  await expectStatus(place.call(ada, `DELETE /channels/${gone.id}`), 204)
  eve = await place.api.signUp()
  eves = await anotherPlace(place, eve)
})
afterAll(() => place.close())

interface Asked {
  readonly as: TestPerson
  readonly path: ObjectIds
  readonly body?: ObjectIds
}

/** What is answered, with ids taken out: all that somebody could tell two things by. */
async function answerTo(operation: RouteDefinition, { as, path, body = path }: Asked): Promise<unknown> {
  const json = operation.body && { ...smallestBody(operation), ...bodyWith(operation, body) }
  const answer = await place.api.app.inject({
    method: operation.method,
    url: `${pathWith(operation, path)}${requiredQuery(operation)}`,
    headers: { authorization: `Bearer ${as.access_token}`, ...((operation.media ?? json) && { 'content-type': json ? 'application/json' : 'image/png' }) },
    ...((operation.media ?? json) && { payload: json ? JSON.stringify(json) : PICTURE }),
  })
  const text = answer.body.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
  return { status: answer.statusCode, body: text }
}

const requiredQuery = ({ query }: RouteDefinition): string => (query?.required ?? []).map((name, index) => `${index === 0 ? '?' : '&'}${name}=1`).join('')

/** The same objects, but of these kinds none that there are. */
const without = (ids: ObjectIds, kinds: readonly ObjectKind[]): ObjectIds => {
  const none = ghosts()
  return { ...ids, ...Object.fromEntries(kinds.map((kind) => [kind, none[kind]])) }
}

const kindsIn = ({ params }: RouteDefinition): ObjectKind[] => Object.keys(params?.properties ?? {}).flatMap((name) => kindOf(name) ?? [])

const countEvents = () =>
  place.api.services.db.selectFrom('events').select((query) => query.fn.countAll().as('count')).where('workspace_id', '=', place.workspace.id).execute()

describe('what somebody may not know about is answered as what does not exist', () => {
  let before: unknown
  beforeAll(async () => {
    before = await countEvents()
  })

  it.each(withIds)('%s: to somebody of another workspace', async (_, operation) => {
    const nothing = await answerTo(operation, { as: eve, path: ghosts() })
    for (const ids of [adas.public, adas.private]) expect(await answerTo(operation, { as: eve, path: ids })).toEqual(nothing)
  })

  const HIDDEN: readonly ObjectKind[] = ['channel', 'message', 'draft', 'scheduled_message', 'reminder', 'session']
  it.each(withIds.filter(([, operation]) => kindsIn(operation).some((kind) => HIDDEN.includes(kind))))(
    '%s: to a member of the workspace, where it is private or deleted', async (_, operation) => {
      const nothing = await answerTo(operation, { as: bob, path: without(adas.private, HIDDEN) })
      for (const ids of [adas.private, adas.dm, adas.deleted]) expect(await answerTo(operation, { as: bob, path: ids })).toEqual(nothing)
    })

  // An emoji of the same name is another one in each workspace.
  it.each(withIds.filter(([, operation]) => kindsIn(operation).length > 1 && !kindsIn(operation).includes('name')))(
    '%s: to somebody who puts it below something of their own', async (_, operation) => {
      const own = { workspace: eves.workspace, channel: eves.channel }
      const nothing = await answerTo(operation, { as: eve, path: { ...ghosts(), ...own } })
      expect(nothing).toMatchObject({ status: 404 })
      expect(await answerTo(operation, { as: eve, path: { ...adas.public, ...own } })).toEqual(nothing)
    })

  it.each(withIdsInBody)('%s: to somebody who names it in a body', async (_, operation) => {
    const nothing = await answerTo(operation, { as: eve, path: eves, body: ghosts() })
    for (const ids of [adas.public, adas.private]) expect(await answerTo(operation, { as: eve, path: eves, body: ids })).toEqual(nothing)
  })

  it('and nothing of all that has happened', async () => {
    expect(await countEvents()).toEqual(before)
  })
})
