export * from './create-redis.ts'
export type { HereState } from './presence/board-keys.ts'
export * from './presence/presence-reader.ts'
export * from './presence/presence-share.ts'
