import { conversation } from '@afrochat/chat'

/** For an import and the demo, which say what people said, and not that a thousand of them joined. */
export const silentConversation: typeof conversation = { ...conversation, note: async () => undefined }
