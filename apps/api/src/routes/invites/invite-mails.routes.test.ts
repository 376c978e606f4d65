import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CreatedInvite, type Invite } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import type { TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type Answer, type TestPlace } from '../../testing/test-place.ts'

// Of an installation that has a mail server. The api itself never talks to it.

let place: TestPlace
beforeAll(async () => {
  place = await createTestPlace({ SMTP_HOST: 'mail.invalid', RATE_LIMIT_INVITE_MAIL: '4/600', RATE_LIMIT_MAIL_ADDRESS: '2/600' })
})
afterAll(() => place.close())

const anAddress = () => `${newId()}@example.com`
const create = (by: TestPerson, body: unknown) => place.call(by, `POST /workspaces/${place.workspace.id}/invites`, body)
const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status)
const times = (count: number, work: (index: number) => Promise<Answer>) =>
  Array.from({ length: count }).reduce<Promise<Answer[]>>(async (before, _, index) => [...await before, await work(index)], Promise.resolve([]))

it('201: an invite for an address says that it is being mailed, in the list too; one for nobody in particular is not', async () => {
  const alice = await place.aMember()
  const { status, body } = await create(alice, { email: anAddress() })
  expect(status).toBe(201)
  expect([...Value.Errors(CreatedInvite, body)]).toEqual([])
  const { id, mail } = body as CreatedInvite
  expect(mail).toEqual({ status: 'pending', settled_at: null, failure_code: null })
  const listed = (await place.call(alice, `GET /workspaces/${place.workspace.id}/invites?status=pending`)).body as { items: Invite[] }
  expect(listed.items.find((invite) => invite.id === id)?.mail).toEqual(mail)
  expect((await create(alice, {})).body).toMatchObject({ email: null, mail: null })
})

describe('429: too many invites are mailed', () => {
  it('by one person; another may go on, and so may they, without an address', async () => {
    const [alice, bob] = [await place.aMember(), await place.aMember()]
    const answers = await times(6, () => create(alice, { email: anAddress() }))
    expect(statusesOf(answers)).toEqual([201, 201, 201, 201, 429, 429])
    for (const answer of answers.slice(4)) {
      expectRefusal(answer, 429, 'rate_limited')
      expect(Number(answer.raw.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await create(alice, {})).status).toBe(201)
    expect((await create(bob, { email: anAddress() })).status).toBe(201)
  })

  it('to one mailbox, by whomever and in whatever spelling', async () => {
    const address = anAddress()
    const spellings = [address, address.toUpperCase(), address.replace('@', '+more@'), address]
    const answers = await times(4, async (index) => create(await place.aMember(), { email: spellings[index] }))
    expect(statusesOf(answers)).toEqual([201, 201, 429, 429])
    // With the words of the other limit: which it was says something of what others do.
    expect(answers[2]?.body).toMatchObject({ error: expect.stringMatching(/^Too many invites were mailed/) })
  })

  it('when fifty come at once, too', async () => {
    const alice = await place.aMember()
    const answers = await Promise.all(Array.from({ length: 50 }, () => create(alice, { email: anAddress() })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4)
    const rows = await place.api.services.db.selectFrom('workspace_invites').select('id').where('created_by', '=', alice.user.id).execute()
    expect(rows).toHaveLength(4)
  })

  it('and what is refused for another reason counts for nobody: nobody keeps others from writing to an address', async () => {
    const [alice, stranger] = [await place.aMember(), await place.api.signUp()]
    const address = anAddress()
    expect(new Set(statusesOf(await times(4, () => create(stranger, { email: address }))))).toEqual(new Set([404]))
    expect(new Set(statusesOf(await times(6, () => create(alice, { email: address, role: 'admin' }))))).toEqual(new Set([403]))
    // Nor does who is over their own limit.
    const busy = await place.aMember()
    await times(4, () => create(busy, { email: anAddress() }))
    expect(new Set(statusesOf(await times(3, () => create(busy, { email: address }))))).toEqual(new Set([429]))
    expect(statusesOf(await times(2, () => create(alice, { email: address })))).toEqual([201, 201])
  })
})
