import type { Message } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { loadQuotes } from '../quotes/load-quotes.ts'
import { forCaller, sharedOf, type ReaderRow } from './message.view.ts'

/** How the caller sees these messages, which they may read. Where some of them quote others, that is one query more, or two. */
export async function viewFor(db: Db, actor: Actor, rows: readonly ReaderRow[]): Promise<(row: ReaderRow) => Message> {
  const quotes = await loadQuotes(db, actor, rows)
  return (row) => forCaller(sharedOf(row), { callerId: actor.userId, saved: row.saved, thread: row.thread, quotes })
}

export async function showMessages(db: Db, actor: Actor, rows: readonly ReaderRow[]): Promise<Message[]> {
  return rows.map(await viewFor(db, actor, rows))
}

export async function showMessage(db: Db, actor: Actor, row: ReaderRow): Promise<Message> {
  return (await viewFor(db, actor, [row]))(row)
}
