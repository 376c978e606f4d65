import { createHmac, generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { newId, type SessionId, type UserId } from '@afrochat/kernel'
import { createAccessTokens } from './access-token.ts'

const SECRET = 'a secret of thirty-two bytes or so'
const OLD_SECRET = 'another one, which used to be the first'
const owner = { userId: newId<UserId>(), email: 'ada@example.com', sessionId: newId<SessionId>() }
const now = () => Math.floor(Date.now() / 1000)

const create = (secrets = [SECRET]) => createAccessTokens({ secrets, issuer: 'afrochat', lifeSeconds: 3600 })
const tokens = create()

const encode = (part: unknown) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** Signs whatever it is given, as an attacker would who knows all but what is `knows`. */
function forge(header: object, claims: object | string, secret: string | Buffer = SECRET, algorithm = 'sha256'): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac(algorithm, secret).update(signed).digest('base64url')}`
}

async function partsOf(token: string): Promise<{ header: Record<string, unknown>; claims: Record<string, unknown> }> {
  const [header = '', claims = ''] = token.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  return { header: read(header), claims: read(claims) }
}

const valid = await partsOf(await tokens.issue(owner))
const verdict = async (token: string) => {
  try {
    await create().verify(token)
    return 'accepted'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

afterEach(() => void jest.useRealTimers())

describe('an access token', () => {
  it('says who, in which session and until when', async () => {
    expect(valid.header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.any(String) })
    expect(valid.claims).toEqual({
      user_id: owner.userId, email: owner.email, sid: owner.sessionId, iss: 'afrochat', iat: expect.any(Number), exp: expect.any(Number),
    })
    expect(await tokens.verify(forge(valid.header, valid.claims))).toEqual({
      userId: owner.userId, sessionId: owner.sessionId, expiresAtMs: Number(valid.claims['exp']) * 1000,
    })
  })

  it('is known at once the second time, and refused at once when it has ended meanwhile', async () => {
    const checked = create()
    const token = await checked.issue(owner)
    await checked.verify(token)
    expect(checked.verify(token)).not.toBeInstanceOf(Promise)
    jest.useFakeTimers({ now: Date.now() + 3_661_000, doNotFake: ['nextTick', 'queueMicrotask'] })
    expect(() => checked.verify(token)).toThrow('Invalid token')
  })

  it('may be of an older secret, and is signed with the first', async () => {
    const [before, after] = [create([OLD_SECRET]), create([SECRET, OLD_SECRET])]
    expect(await after.verify(await before.issue(owner))).toMatchObject({ userId: owner.userId })
    await expect(async () => before.verify(await after.issue(owner))).rejects.toThrow('Invalid token')
  })

  it.each([
    ['ended 59 s ago', { exp: -59 }, 'accepted'], ['A5 ended 61 s ago', { exp: -61 }, 'invalid_token'],
    ['begins in 59 s', { nbf: 59 }, 'accepted'], ['A5 begins in 61 s', { nbf: 61 }, 'invalid_token'],
  ])('is judged as by clocks that may differ by a minute: one that %s', async (_, times, expected) => {
    // The clock stands still: between two looks at it another second may begin.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] })
    const fromNow = Object.fromEntries(Object.entries(times).map(([claim, seconds]) => [claim, now() + seconds]))
    expect(await verdict(forge(valid.header, { ...valid.claims, ...fromNow }))).toBe(expected)
  })
})

describe('what is refused as an access token', () => {
  const { header, claims } = valid
  const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
  const raw = JSON.stringify(claims)

  it.each<[string, string]>([
    ['A1 alg none', `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
    ['A1 alg NoNe with a signature', forge({ ...header, alg: 'NoNe' }, claims)],
    ['A1 an empty signature', `${encode(header)}.${encode(claims)}.`],
    ['A2 signed with a public key', forge({ ...header, alg: 'HS256' }, claims, publicKey)],
    ['A2 signed with a public key and a space', forge({ ...header, alg: 'HS256' }, claims, ` ${publicKey}`)],
    ['A2 another algorithm with our secret', forge({ ...header, alg: 'HS512' }, claims, SECRET, 'sha512')],
    ['A2 alg RS256', forge({ ...header, alg: 'RS256' }, claims)],
    ['A3 a kid that is a path, signed with nothing', forge({ ...header, kid: '../../dev/null' }, claims, '')],
    ['A3 a kid with SQL', forge({ ...header, kid: "x' union select 'secret" }, claims)],
    ['A3 no kid', forge({ alg: 'HS256', typ: 'at+jwt' }, claims)],
    ['A3 a kid of a prototype', forge({ ...header, kid: '__proto__' }, claims)],
    ['A3 a key of the attacker: jwk', forge({ ...header, kid: undefined, jwk: { kty: 'oct', k: encode('mine') } }, claims, 'mine')],
    ['A3 a key of the attacker: jku', forge({ ...header, kid: 'mine', jku: 'http://127.0.0.1:9/keys' }, claims, 'mine')],
    ['A3 a critical extension', forge({ ...header, crit: ['b64'], b64: false }, claims)],
    ['A4 another issuer', forge(header, { ...claims, iss: 'afrochat.evil' })],
    ['A4 issuers in a list', forge(header, { ...claims, iss: ['afrochat'] })],
    ['A4 no issuer', forge(header, without('iss'))],
    ['A4 another type', forge({ ...header, typ: 'JWT' }, claims)],
    ['A4 no type', forge({ ...header, typ: undefined }, claims)],
    ['A5 exp is a text', forge(header, { ...claims, exp: String(now() + 60) })],
    ['A5 exp is a fraction', forge(header, { ...claims, exp: now() + 60.5 })],
    ['A5 exp is for ever', forge(header, raw.replace(/"exp":\d+/, '"exp":1e400'))],
    ['A5 no exp', forge(header, without('exp'))],
    ['A5 no iat', forge(header, without('iat'))],
    ['no session', forge(header, without('sid'))],
    ['a session that is no id', forge(header, { ...claims, sid: 'x' })],
    ['a user that is no id', forge(header, { ...claims, user_id: { $ne: null } })],
    ['claims that are a list', forge(header, [claims])],
    ['claims that are no JSON', forge(header, 'claims')],
    ['another secret', forge(header, claims, 'guessed')],
    ['a changed claim', (() => {
      const [head, , signature] = forge(header, claims).split('.')
      return `${head}.${encode({ ...claims, user_id: newId() })}.${signature}`
    })()],
    ['nothing', ''],
    ['no token at all', 'abc'],
    ['five parts', 'a.b.c.d.e'],
    ['a long text', 'a'.repeat(100_000)],
    ['a token of a megabyte of claims', forge(header, { ...claims, x: 'x'.repeat(1_000_000) })],
  ])('%s', async (_, token) => {
    expect(await verdict(token)).toBe('invalid_token')
  })
})
