import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { DomainError, type Idempotency, type UserId } from '@afrochat/kernel'
import type { Db, Tx } from './connect.ts'

/** A request that carries a key, by somebody who is signed in. */
export interface KeyedRequest extends Idempotency {
  readonly userId: UserId
}

/** The first answer to the request, when it was answered before. */
export interface EarlierAnswer {
  readonly answer: unknown
}

/**
 * Claims the key for this transaction; undefined: it is the first, and the work is to be done. Another one with the same
 * key at the same moment waits here, holding nothing, until the first one's transaction has ended. Throws
 * `idempotency_conflict` when the key was used for another request.
 */
export async function claimKey(tx: Tx, request: KeyedRequest): Promise<EarlierAnswer | undefined> {
  const place = placeOf(request)
  const fingerprint = hash('sha256', request.fingerprint, 'buffer')
  const claimed = await tx.insertInto('idempotency_keys').values({ ...place, fingerprint, answer: null })
    .onConflict((conflict) => conflict.doNothing()).returning('user_id').executeTakeFirst()
  if (claimed !== undefined) return undefined
  // A statement of its own: the one that waited does not see what it waited for.
  const earlier = await tx.selectFrom('idempotency_keys').select(['fingerprint', 'answer'])
    .where('user_id', '=', place.user_id).where('key_hash', '=', place.key_hash).executeTakeFirstOrThrow()
  if (!earlier.fingerprint.equals(fingerprint)) throw keyConflict()
  return { answer: earlier.answer === null ? undefined : decrypt(request, earlier.answer) }
}

/** Keeps the answer for the next request with the key, in the transaction that claimed it. */
export async function keepAnswer(tx: Tx, request: KeyedRequest, answer: unknown): Promise<void> {
  if (answer === undefined) return
  const { user_id: userId, key_hash: keyHash } = placeOf(request)
  await tx.updateTable('idempotency_keys').set({ answer: encrypt(request, answer) })
    .where('user_id', '=', userId).where('key_hash', '=', keyHash).execute()
}

/** How long a client may send a request again. */
const KEEP_DAYS = 7
const REMOVED_AT_ONCE = 1_000

/** Removes some of the keys that nobody comes back with; returns how many, to be called again while there are 1,000. */
export async function removeOldIdempotencyKeys(db: Db): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('idempotency_keys')
    .where(sql<boolean>`(user_id, key_hash) in (
      select user_id, key_hash from idempotency_keys where created_at < now() - make_interval(days => ${KEEP_DAYS}) limit ${REMOVED_AT_ONCE})`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

const keyConflict = () =>
  new DomainError('conflict', 'idempotency_conflict', 'This Idempotency-Key was used for another request: take a new key for each thing that you do')

const placeOf = ({ userId, key }: KeyedRequest) => ({ user_id: userId, key_hash: hash('sha256', key, 'buffer') })

const IV_BYTES = 12
const TAG_BYTES = 16

// The answer to an invite holds its token, of which the database otherwise keeps only the hash. Whoever reads the
// database reads neither: the key that opens an answer is the client's, and only its hash is stored.
function encrypt(request: KeyedRequest, answer: unknown): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secretOf(request), iv)
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text])
}

function decrypt(request: KeyedRequest, sealed: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-gcm', secretOf(request), sealed.subarray(0, IV_BYTES))
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
  return JSON.parse(text.toString('utf8'))
}

const secretOf = ({ key, userId }: KeyedRequest) => Buffer.from(hkdfSync('sha256', key, userId, 'afrochat idempotent answer', 32))
