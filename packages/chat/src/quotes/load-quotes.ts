import type { Quote } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor, ChannelId, MessageId } from '@afrochat/kernel'
import { readableAmong } from '@afrochat/workspace'
import * as quoted from './quotes.repository.ts'

interface Quoting {
  /** Of a channel that the reader may read. */
  readonly channel_id: ChannelId
  readonly quoted_message_ids: readonly MessageId[]
}

/**
 * What these messages quote, as it is now, and of that only what the reader may read now: a permalink opens nothing that
 * its reader cannot open. One query, and another when something of another channel is quoted.
 */
export async function loadQuotes(db: Db, actor: Actor, messages: readonly Quoting[]): Promise<ReadonlyMap<MessageId, Quote>> {
  const ids = new Set(messages.flatMap(({ quoted_message_ids }) => quoted_message_ids))
  if (ids.size === 0) return NO_QUOTES
  const quotes = await quoted.listPresent(db, [...ids])
  const readable = await readableChannels(db, actor, { quotes, known: new Set(messages.map(({ channel_id }) => channel_id)) })
  return new Map(quotes.filter(({ channel_id }) => readable.has(channel_id)).map((row) => [row.message_id, toQuote(row)]))
}

const NO_QUOTES: ReadonlyMap<MessageId, Quote> = new Map()

async function readableChannels(
  db: Db,
  actor: Actor,
  { quotes, known }: { readonly quotes: readonly quoted.QuoteRow[]; readonly known: ReadonlySet<ChannelId> },
): Promise<ReadonlySet<ChannelId>> {
  const others = new Set(quotes.map(({ channel_id }) => channel_id).filter((id) => !known.has(id)))
  return others.size === 0 ? known : new Set([...known, ...await readableAmong(db, actor, [...others])])
}

const toQuote = ({ created_at, ...quote }: quoted.QuoteRow): Quote => ({ ...quote, created_at: created_at.toISOString() })
