import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import { strangeBodies } from './testing/hostile-input.ts'
import { pathWith, type ObjectIds } from './testing/object-ids.ts'
import { errorOf, type TestPerson } from './testing/test-api.ts'
import { anotherPlace } from './testing/test-objects.ts'
import { createTestPlace, type TestPlace } from './testing/test-place.ts'

/** They do things to terminals and logs, or show text in another order than it has. */
const HARMFUL = /[[\p{Control}--[\t\n]]\u202d\u202e]/v
/** Of what is called by a name, one line that shows something. */
const NAMES = ['name', 'display_name', 'topic', 'description', 'status_text', 'handle', 'username']

let place: TestPlace
let eve: TestPerson
let ids: ObjectIds
beforeAll(async () => {
  place = await createTestPlace()
  eve = await place.api.signUp()
  ids = await anotherPlace(place, eve)
})
afterAll(() => place.close())

const withText = Object.entries<RouteDefinition>(routeCatalogue).filter(([, operation]) => strangeBodies(operation, '').length > 0)

describe('text that is not what it looks like is refused, or kept without what makes it so', () => {
  it.each(withText)('%s', async (_, operation) => {
    const wrong: string[] = []
    for (const { name, path, payload } of strangeBodies(operation, pathWith(operation, ids))) {
      const answer = await place.api.app.inject({
        method: operation.method, url: path, payload: payload ?? '', headers: { authorization: `Bearer ${eve.access_token}`, 'content-type': 'application/json' },
      })
      if (answer.statusCode >= 500) wrong.push(`${name}: ${answer.statusCode}`)
      else if (answer.statusCode >= 400) errorOf(answer)
      else if (answer.body !== '') wrong.push(...faultsIn(answer.json<unknown>()).map((fault) => `${name}: ${fault}`))
    }
    expect(wrong).toEqual([])
  })
})

/** What of an answer should not be shown to anybody. */
function faultsIn(value: unknown, field = ''): string[] {
  if (typeof value === 'string') {
    const isBad = HARMFUL.test(value) || (NAMES.includes(field) && (/[\n\t]/.test(value) || /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]+$/u.test(value)))
    return isBad ? [`${field} = ${JSON.stringify(value)}`] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => faultsIn(inner, Array.isArray(value) ? field : key))
}
