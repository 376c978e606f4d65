import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { asker, createAuthWorld, type AuthWorld } from '../auth-fixture.ts'
import type { Auth } from '../auth.ts'

/** So long that it passes only where a step says so, however long the steps take. */
const RETRY_SECONDS = 600

let world: AuthWorld
let auth: Auth
beforeAll(async () => {
  world = await createAuthWorld()
  auth = world.anotherProcess({ retrySeconds: RETRY_SECONDS })
})
afterAll(() => world.close())

/** One step: some of the tokens seen so far (0 the newest) are used at once, each so often; or the time for trying again passes. */
type Step = { readonly uses: readonly { readonly back: number; readonly times: number }[] } | 'too long'

const uses = fc.record({
  uses: fc.array(fc.record({ back: fc.nat(3), times: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 2 }),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: uses },
  { weight: 1, arbitrary: fc.constant<Step>('too long') },
)

/** What the rules say, kept beside the real thing. */
interface Family {
  /** All tokens, oldest first; the last one is unused. */
  readonly tokens: string[]
  alive: boolean
  /** Whether the last exchange may be tried again. */
  recent: boolean
}

/** What one use of a token must give, were it the only one. */
function expected(family: Family, token: string): 'exchanged' | 'repeated' | 'refused' {
  const back = family.tokens.length - 1 - family.tokens.indexOf(token)
  if (!family.alive) return 'refused'
  if (back === 0) return 'exchanged'
  return back === 1 && family.recent ? 'repeated' : 'refused'
}

async function use(token: string): Promise<string | undefined> {
  try {
    return (await auth.refresh({ refreshToken: token, ...asker })).refresh_token
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_refresh_token' })
    return undefined
  }
}

describe('a family of refresh tokens', () => {
  it('has one newest token or is dead, whatever comes in whatever order, at once or one after the other', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const { refresh_token: first, actor } = await world.signUp()
      const family: Family = { tokens: [first], alive: true, recent: false }
      for (const one of steps) {
        if (one === 'too long') {
          await world.letUsesAge(RETRY_SECONDS + 1)
          family.recent = false
        } else {
          await play(family, one.uses)
        }
        await check(family, actor.sessionId)
      }
    }), { numRuns: 40 })
  })
})

async function play(family: Family, uses: Exclude<Step, string>['uses']): Promise<void> {
  const chosen = uses.flatMap(({ back, times }) => Array.from({ length: times }, () => family.tokens.at(-1 - back) ?? family.tokens[0] ?? ''))
  const isOneToken = new Set(chosen).size === 1
  const foreseen = expected(family, chosen[0] ?? '')
  const before = family.tokens.length

  const answers = await Promise.all(chosen.map(use))
  const made = new Set(answers.filter((answer) => answer !== undefined && !family.tokens.includes(answer)))
  expect(made.size).toBeLessThanOrEqual(1)
  for (const token of made) {
    if (token !== undefined) family.tokens.push(token)
    family.recent = true
  }
  if (answers.includes(undefined)) family.alive = false
  // Of several tokens at once any order is right; of one token, all uses have the one answer.
  if (!isOneToken) return
  if (foreseen === 'refused') expect(answers.every((answer) => answer === undefined)).toBe(true)
  if (foreseen === 'repeated') expect(answers.every((answer) => answer === family.tokens[before - 1])).toBe(true)
  if (foreseen === 'exchanged') expect(answers.every((answer) => answer === family.tokens[before])).toBe(true)
}

async function check({ tokens, alive }: Family, sessionId: string): Promise<void> {
  const rows = await world.db.selectFrom('refresh_tokens').innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .select(['used_at', 'revoked_at', 'session_id']).execute()
  const family = rows.filter((row) => row.session_id === sessionId)
  expect(family).toHaveLength(tokens.length)
  expect(family.filter(({ used_at: at }) => at === null)).toHaveLength(1)
  expect(family.every(({ revoked_at: at }) => (at === null) === alive)).toBe(true)
}
