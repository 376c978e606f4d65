import { createHash } from 'node:crypto'
import type { Redis } from '../create-redis.ts'

/** A script that Redis runs in one piece; sent once, and named by its hash from then on. */
export function createScript(redis: Redis, source: string, keys: readonly string[]): (args: readonly (string | number)[]) => Promise<unknown> {
  const sha = createHash('sha1').update(source).digest('hex')
  return async (args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.eval(source, keys.length, ...keys, ...args)
    }
  }
}
