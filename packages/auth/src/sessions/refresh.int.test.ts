import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { asker, createAuthWorld, type AuthWorld } from '../auth-fixture.ts'

let world: AuthWorld
beforeAll(async () => void (world = await createAuthWorld()))
afterAll(() => world.close())

const refresh = (refreshToken: string) => world.auth.refresh({ refreshToken, ...asker })
const refused = { kind: 'unauthenticated', code: 'invalid_refresh_token' }

async function actionsOf(userId: string): Promise<string[]> {
  const rows = await world.db.selectFrom('account_audit').select(['action', 'user_id']).orderBy('id').execute()
  return rows.filter((row) => row.user_id === userId).map(({ action }) => action)
}

describe('a refresh token', () => {
  it('is exchanged for new tokens of the same session', async () => {
    const { actor, user, refresh_token: first } = await world.signUp()
    const { refresh_token: second, access_token: token, ...rest } = await refresh(first)
    expect(rest).toEqual({ user, token_type: 'Bearer', expires_in: 3600 })
    expect(second).not.toBe(first)
    expect((await world.actorOf(token)).sessionId).toBe(actor.sessionId)
  })

  it('lengthens the session', async () => {
    const { actor, refresh_token: token } = await world.signUp()
    await world.db.updateTable('sessions').set({ expires_at: new Date(Date.now() + 60_000) }).where('id', '=', actor.sessionId).execute()
    await refresh(token)
    const { expires_at: end } = await world.db.selectFrom('sessions').select('expires_at').where('id', '=', actor.sessionId).executeTakeFirstOrThrow()
    expect(end.getTime()).toBeGreaterThan(Date.now() + 6.9 * 86_400_000)
  })

  it('gives the same successor again within ten seconds, while that is unused: an answer may be lost', async () => {
    const { refresh_token: first } = await world.signUp()
    const [one, two] = [await refresh(first), await refresh(first)]
    expect(two.refresh_token).toBe(one.refresh_token)
    await refresh(one.refresh_token)
  })

  it('ends the whole session when it comes again after its successor was used', async () => {
    const { actor, user, refresh_token: first } = await world.signUp()
    const second = await refresh(first)
    const third = await refresh(second.refresh_token)
    await expect(refresh(first)).rejects.toMatchObject(refused)

    await expect(refresh(third.refresh_token)).rejects.toMatchObject(refused)
    await expect((async () => world.auth.authenticate(third.access_token))()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(await actionsOf(user.id)).toEqual(['registered', 'refresh_token_reused'])
    const event = world.events.find(({ type, stream_key: stream }) => type === 'sessions_revoked' && stream === `u:${user.id}`)
    expect(JSON.parse(event?.payload ?? '')).toEqual({ user_id: user.id, session_ids: [actor.sessionId] })
  })

  it('ends the whole session when it comes again after ten seconds', async () => {
    const { refresh_token: first } = await world.signUp()
    const second = await refresh(first)
    await world.letUsesAge(11)
    await expect(refresh(first)).rejects.toMatchObject(refused)
    await expect(refresh(second.refresh_token)).rejects.toMatchObject(refused)
  })

  it('ends the whole session when a grandparent comes, however early', async () => {
    const { refresh_token: first } = await world.signUp()
    const second = await refresh(first)
    await refresh(second.refresh_token)
    await expect(refresh(first)).rejects.toMatchObject(refused)
    await expect(refresh(second.refresh_token)).rejects.toMatchObject(refused)
  })

  it('used twenty times at once gives one successor, which is good', async () => {
    const { refresh_token: first } = await world.signUp()
    // Twenty one after the other may take longer than ten seconds.
    const patient = world.anotherProcess({ retrySeconds: 600 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => patient.refresh({ refreshToken: first, ...asker })))
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1)
    await refresh(answers[0]?.refresh_token ?? '')
  })

  it('used twenty times at once when its successor is in use ends the session once', async () => {
    const { user, refresh_token: first } = await world.signUp()
    const { refresh_token: second } = await refresh(first)
    await refresh(second)
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => refresh(first)))
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: refused })
    expect(await actionsOf(user.id)).toEqual(['registered', 'refresh_token_reused'])
  })

  it('is worth nothing after signing out, and leaves no trace of theft then', async () => {
    const { actor, user, refresh_token: token } = await world.signUp()
    await world.auth.logout(actor)
    await expect(refresh(token)).rejects.toMatchObject(refused)
    expect(await actionsOf(user.id)).toEqual(['registered', 'signed_out'])
  })

  it('is worth nothing when the session has run out, or the account is deactivated', async () => {
    const [one, two] = [await world.signUp(), await world.signUp()]
    await world.db.updateTable('sessions').set({ expires_at: new Date(Date.now() - 1) }).where('id', '=', one.actor.sessionId).execute()
    await world.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', two.user.id).execute()
    for (const { refresh_token: token } of [one, two]) await expect(refresh(token)).rejects.toMatchObject(refused)
  })

  it.each(['', 'x', 'a'.repeat(512), "' or 1=1 --", '\u{1f511}'])('that nobody gave out (%s) is refused', async (token) => {
    await expect(refresh(token)).rejects.toMatchObject(refused)
  })

  it('is found again by a process whose signing secret is a newer one', async () => {
    const { refresh_token: first } = await world.signUp()
    const { refresh_token: second } = await refresh(first)
    const secrets = ['the newest secret, thirty-two bytes', 'a secret of thirty-two bytes or so']
    const newer = world.anotherProcess({ tokens: { secrets, issuer: 'afrochat', lifeSeconds: 60 } })
    expect((await newer.refresh({ refreshToken: first, ...asker })).refresh_token).toBe(second)
    await newer.refresh({ refreshToken: second, ...asker })
  })

  it('cannot be followed to its successor by who does not know the secret', async () => {
    const { refresh_token: first } = await world.signUp()
    const { refresh_token: second } = await refresh(first)
    const guessing = world.anotherProcess({ tokens: { secrets: ['another secret of thirty-two bytes.'], issuer: 'afrochat', lifeSeconds: 60 } })
    await expect(guessing.refresh({ refreshToken: first, ...asker })).rejects.toMatchObject(refused)
    await expect(refresh(second)).rejects.toMatchObject(refused)
  })
})
