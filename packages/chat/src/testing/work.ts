import type { ChatWorld } from '@afrochat/test-support'
import { createChatWork, type ChatWork, type ChatWorkDeps } from '../chat-work.ts'
import type { WebPages } from '../ports.ts'

/** A web in which there is nothing. */
const emptyWeb: WebPages = { visit: async () => undefined, mayPointTo: () => true }

/** What the worker does, on the database of a world. */
export function aWork({ db, transact, chat }: ChatWorld, facts: Partial<ChatWorkDeps> & Partial<ChatWorkDeps['chat']> = {}): ChatWork {
  const { sendMessage = chat.sendMessage, ...deps } = facts
  return createChatWork({ db, transact, chat: { sendMessage }, pages: emptyWeb, publicUrl: 'https://chat.example.com', ...deps })
}

/** Lets a millisecond pass: ids and times of the same one are in no order. */
export function nextMillisecond(): void {
  const now = Date.now()
  while (Date.now() === now);
}

export const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()
