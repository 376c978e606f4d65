import { beforeAll } from '@jest/globals'
import { emptyTestRedis } from './test-redis.ts'

beforeAll(emptyTestRedis)
