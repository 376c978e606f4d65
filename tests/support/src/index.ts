export { aFreePort } from '@afrochat/scripts/services'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { testRedisUrl } from './test-redis.ts'
export { waitFor, type WaitOptions } from './wait-for.ts'
