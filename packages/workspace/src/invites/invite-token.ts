import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, so that nobody finds one by trying. */
export const newInviteToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a token. A plain hash is enough: there is nothing to guess in random bits. */
export const hashInviteToken = (token: string): Buffer => createHash('sha256').update(token).digest()
