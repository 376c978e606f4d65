import { createHash } from 'node:crypto'
import { errors, jwtVerify, SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import { isUuid, type SessionId, type UserId } from '@afrochat/kernel'
import { invalidToken } from '../auth.errors.ts'

/** What a valid access token says. */
export interface AccessFacts {
  readonly userId: UserId
  readonly sessionId: SessionId
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAtMs: number
}

export interface AccessTokenOptions {
  /** The first signs; all are accepted, so that a secret can be replaced without signing everybody out. */
  readonly secrets: readonly string[]
  readonly issuer: string
  readonly lifeSeconds: number
}

export interface AccessTokens {
  readonly lifeSeconds: number
  issue(owner: { userId: UserId; email: string | null; sessionId: SessionId }): Promise<string>
  /** At once for a token that was checked before; throws `invalid_token`. Says nothing about its session. */
  verify(token: string): AccessFacts | Promise<AccessFacts>
}

const ALGORITHM = 'HS256'
/** RFC 9068: tells an access token from every other JWT that this secret may come to sign. */
const TYPE = 'at+jwt'
/** Clocks of well-kept machines differ by less; a token lives that much longer. */
const LEEWAY_SECONDS = 60
/** Some 400 bytes each. A token that fell out is checked again. */
const REMEMBERED = 20_000
/** Ours are about 400 bytes. */
const MAX_TOKEN_LENGTH = 4096

/**
 * JSON Web Tokens signed with HS256 and nothing else: the algorithm comes from here and never from the token, the key
 * from the list of secrets by `kid`, never from an address or a key that the token brings.
 */
export function createAccessTokens({ secrets, issuer, lifeSeconds }: AccessTokenOptions): AccessTokens {
  const keys = new Map(secrets.map((secret) => [keyId(secret), new TextEncoder().encode(secret)]))
  const [first] = keys
  if (first === undefined) throw new Error('There is no secret to sign access tokens with')
  const [signingId, signingKey] = first
  const known = new LRUCache<string, AccessFacts>({ max: REMEMBERED })

  return {
    lifeSeconds,
    issue: ({ userId, email, sessionId }) =>
      new SignJWT({ user_id: userId, email, sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signingId })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
        .sign(signingKey),
    verify(token) {
      const facts = known.get(token)
      if (facts === undefined) return check(token)
      if (hasEnded(facts)) throw invalidToken()
      return facts
    },
  }

  async function check(token: string): Promise<AccessFacts> {
    if (token.length > MAX_TOKEN_LENGTH) throw invalidToken()
    const facts = readFacts(await verifySignature(token))
    known.set(token, facts)
    return facts
  }

  async function verifySignature(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: [ALGORITHM], typ: TYPE, issuer, clockTolerance: LEEWAY_SECONDS, requiredClaims: ['exp', 'iat'],
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) throw invalidToken()
      throw error
    }
  }

  function keyOf({ kid }: JWTHeaderParameters): Uint8Array {
    const key = typeof kid === 'string' ? keys.get(kid) : undefined
    if (key === undefined) throw invalidToken()
    return key
  }
}

function readFacts({ user_id: userId, sid, exp, iat }: JWTPayload): AccessFacts {
  if (!isId<UserId>(userId) || !isId<SessionId>(sid)) throw invalidToken()
  // RFC 7519 allows fractions, which we never issue, and JSON allows 1e400, which is for ever.
  if (!Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) throw invalidToken()
  return { userId, sessionId: sid, expiresAtMs: Number(exp) * 1000 }
}

function hasEnded({ expiresAtMs }: AccessFacts): boolean {
  return expiresAtMs + LEEWAY_SECONDS * 1000 <= Date.now()
}

function isId<T extends UserId | SessionId>(value: unknown): value is T {
  return typeof value === 'string' && isUuid(value)
}

/** Names a secret without telling it: what can be learnt from it, guessing against a signature tells as well. */
function keyId(secret: string): string {
  return createHash('sha256').update(`afrochat key id\n${secret}`).digest('base64url').slice(0, 8)
}
