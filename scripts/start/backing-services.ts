import { openPostgres, type Found, type FoundPostgres } from './postgres-plan.ts'
import { openRedis, type RedisPlan } from './redis-plan.ts'

/** PostgreSQL and Redis, found or started. */
export interface BackingServices {
  postgres: FoundPostgres
  redis: Found
  /** Stops what is our own. */
  stop(): Promise<void>
}

/** Opens both, or neither. */
export async function openBackingServices(settings: Record<string, string>, plan: RedisPlan): Promise<BackingServices> {
  const postgres = await openPostgres(settings)
  try {
    const redis = await openRedis(plan)
    return {
      postgres,
      redis,
      async stop() {
        await redis.own?.stop()
        await postgres.own?.stop()
      },
    }
  } catch (error) {
    await postgres.own?.stop()
    throw error
  }
}
