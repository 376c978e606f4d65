import { hash as argon2, verify as argon2Verify } from '@node-rs/argon2'
import { randomBytes } from 'node:crypto'
import { invalidField, tooManySignIns } from '../auth.errors.ts'

/** What one hash costs. */
export interface PasswordCost {
  readonly memoryKib: number
  readonly passes: number
}

/**
 * Half again of what OWASP asks for at least (19 MiB, 2 passes): about 25 ms on one core of 2026, too dear to guess by
 * the billion, and little enough memory that the hashes which run at once fit a container of 256 MiB.
 */
export const PASSWORD_COST: PasswordCost = { memoryKib: 32 * 1024, passes: 3 }

/** Longer ones are refused unread: argon2 would read them all, and nobody types one. */
const MAX_PASSWORD_BYTES = 1024
/** Hashes at once: each takes a thread of Node's four, which files and DNS need too. */
const CONCURRENCY = 2
/** Waiting for longer than this queue takes (about 3 s) helps nobody. */
const MAX_WAITING = 200

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** Whether it is the password of this hash. Without a hash it takes the same time and is always false. */
  isRight(password: string, hash: string | null): Promise<boolean>
}

/** Argon2id for passwords, a few at a time. Needs no care by the caller: what is too long or too many is refused here. */
export function createPasswordHasher({ memoryKib, passes }: PasswordCost): PasswordHasher {
  const options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  const oneOfAFew = createQueue(CONCURRENCY, MAX_WAITING)
  // For logins that do not exist: looking one up must not take less time than a wrong password.
  const nobodysHash = oneOfAFew(() => argon2(randomBytes(32), options))

  return {
    async hash(password) {
      const bytes = toBytes(password)
      return oneOfAFew(() => argon2(bytes, options))
    },
    async isRight(password, hash) {
      const bytes = toBytes(password)
      const against = hash ?? (await nobodysHash)
      return (await oneOfAFew(() => argon2Verify(against, bytes))) && hash !== null
    },
  }
}

/** One form for one password: what a Mac types decomposed and a phone composed is the same to a person (NIST SP 800-63B). */
function toBytes(password: string): Buffer {
  const bytes = Buffer.from(password.normalize('NFKC'))
  if (bytes.length > MAX_PASSWORD_BYTES) throw invalidField('/password', `must not be longer than ${MAX_PASSWORD_BYTES} bytes`)
  return bytes
}

function createQueue(concurrency: number, maxWaiting: number) {
  let running = 0
  const waiting: (() => void)[] = []

  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= maxWaiting) throw tooManySignIns()
      // Whoever finishes hands its place over, so `running` does not change.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
