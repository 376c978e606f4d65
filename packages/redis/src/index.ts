export * from './active-users.ts'
export * from './create-redis.ts'
