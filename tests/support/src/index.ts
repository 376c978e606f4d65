export { aFreePort } from '@afrochat/scripts/services'
export { replay, type Replayed } from './boot-replay.ts'
export { applyToBoot, type BootState } from './boot-state.ts'
export { allItems, createChatWorld, forEverybody, type ChatWorld } from './chat-world.ts'
export { applyEvent, applyEvents, type MessageState } from './message-state.ts'
export {
  aSlackChannel, aSlackMessage, aSlackUser, slackExportBytes, slackExportEntries, slackTime, type SlackExportFacts,
} from './slack-export.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { testRedisUrl } from './test-redis.ts'
export { waitFor, type WaitOptions } from './wait-for.ts'
export { createWorld, eventsOf, type TestUser, type World, type WorldOptions } from './world.ts'
export { startStack, type Stack, type StackOptions, type StackService } from './stack.ts'
export { aTemporaryFile, zipBytes, type ZipEntry } from './zip-bytes.ts'
