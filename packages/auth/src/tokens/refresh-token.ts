import { createHash, createHmac, randomBytes } from 'node:crypto'

/** A refresh token: shown once to its client. Only its hash is stored. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of it. 256 random bits need no stretching. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/**
 * The token that this one is exchanged for: with each of our secrets, of which the first counts now and the others are for
 * exchanges of before it was there. It follows from the old token, so that two uses at once (two tabs; a retry after a
 * lost answer) get the same one: a family has one newest token, and none is ever stored in the clear. Who has only the
 * database, or only the secret, can make none.
 */
export function successorsOf(token: string, secrets: readonly string[]): string[] {
  return secrets.map((secret) => createHmac('sha256', secret).update(`afrochat refresh successor\n${token}`).digest('base64url'))
}
