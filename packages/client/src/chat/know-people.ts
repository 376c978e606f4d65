import { ApiError, type Client } from '../index.ts'
import type { ChatState } from './chat-state.ts'
import type { Shown } from './render.ts'

/** Learns the names of people who are not in the workspace's list: those who have left it, or are too many. */
export async function knowPeople({ state, client }: { state: ChatState; client: Client }, messages: readonly Shown[]): Promise<void> {
  const named = messages.flatMap(({ user_id, mentions, quotes = [] }) => [user_id, ...mentions.user_ids, ...quotes.map((quote) => quote.user_id)])
  const unknown = new Set(named.filter((id) => state.user(id) === undefined))
  const found = await Promise.all([...unknown].map((user_id) => unlessGone(client.getUser({ user_id }))))
  state.learn(...found.filter((user) => user !== null))
}

/** Null: there is no such thing, or none that one may know. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}
