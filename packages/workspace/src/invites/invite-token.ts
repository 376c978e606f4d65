import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { InviteId } from '@afrochat/kernel'

/** 256 random bits, so that nobody finds one by trying. */
export const newInviteToken = (): string => randomBytes(32).toString('base64url')

/**
 * The token of an invite that is mailed, with each of our secrets, of which the first counts now. It follows from the id,
 * so that whoever sends the mail, perhaps a second time, makes it anew: it is in no queue and no table. Who has only the
 * database, or only a secret, can make none.
 */
export const mailedInviteTokens = (id: InviteId, secrets: readonly string[]): string[] =>
  secrets.map((secret) => createHmac('sha256', keyOf(secret)).update(id).digest('base64url'))

// A key of its own: what the secret does elsewhere, such as signing access tokens, says nothing about these.
const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', 'afrochat mailed invite', 32))

/** What is kept of a token. A plain hash is enough: there is nothing to guess in random bits. */
export const hashInviteToken = (token: string): Buffer => createHash('sha256').update(token).digest()
