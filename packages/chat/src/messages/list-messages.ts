import type { Message, messageRoutes, ParamsOf, QueryOf } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import {
  DEFAULT_PAGE_SIZE, DomainError, decodeCursor, encodeCursor, invalidCursor, isUuid, toPage, type Actor, type ChannelId, type MessageId, type Page, type UserId,
} from '@afrochat/kernel'
import { getReadableChannel } from '@afrochat/workspace'
import { messageNotFound } from './message.errors.ts'
import * as lists from './message-lists.repository.ts'
import type { ReaderRow } from './message.view.ts'
import * as messages from './messages.repository.ts'
import { showMessages } from './show-messages.ts'

/** A page of a channel's history. A place is a `seq` or the id of a message of the channel; at most one of them is given. */
export type ListMessages = ParamsOf<typeof messageRoutes.listMessages> & QueryOf<typeof messageRoutes.listMessages>

/** Newest first, except with `after`, which reads forward from its place. */
export async function listMessages({ db }: { db: Db }, actor: Actor, input: ListMessages): Promise<Page<Message>> {
  await getReadableChannel(db, actor, input.channel_id)
  const start = startOf(input)
  const range = {
    readerId: actor.userId,
    channelId: input.channel_id,
    limit: input.limit ?? DEFAULT_PAGE_SIZE,
    seq: start.place === undefined ? undefined : await findSeq(db, input.channel_id, start.place),
  }
  const { items, next_cursor } = await read[start.direction](db, range)
  return { items: await showMessages(db, actor, items), next_cursor }
}

type Direction = 'older' | 'newer' | 'around'
type Place = string | number

interface Start {
  readonly direction: Direction
  /** Undefined: the head of the channel. */
  readonly place: Place | undefined
}

function startOf({ before, after, around, cursor, channel_id }: ListMessages): Start {
  const asked: Start[] = []
  if (before !== undefined) asked.push({ direction: 'older', place: before })
  if (after !== undefined) asked.push({ direction: 'newer', place: after })
  if (around !== undefined) asked.push({ direction: 'around', place: around })
  if (asked.length > 1) throw morePlacesThanOne()
  const [first] = asked
  if (cursor === undefined) return first ?? { direction: 'older', place: undefined }

  // Clients repeat the query of the first page with the cursor, or send the cursor alone. It decides, unless they contradict.
  const [direction, place] = decodeCursor(listingOf(channel_id), ['string', 'number'], cursor)
  if (direction !== 'older' && direction !== 'newer') throw invalidCursor()
  if (first !== undefined && (first.direction === 'newer') !== (direction === 'newer')) throw invalidCursor()
  return { direction, place }
}

async function findSeq(db: Db, channelId: ChannelId, place: Place): Promise<number> {
  if (typeof place === 'number') return place
  if (!isUuid(place)) return Math.min(Number(place), Number.MAX_SAFE_INTEGER)
  // The form was just checked. One of another channel is refused: its place there says nothing here, and must not be told.
  const seq = await messages.findSeq(db, channelId, place as MessageId)
  if (seq === undefined) throw messageNotFound()
  return seq
}

interface Range {
  readonly readerId: UserId
  readonly channelId: ChannelId
  readonly seq: number | undefined
  readonly limit: number
}

const read: Record<Direction, (db: Db, range: Range) => Promise<Page<ReaderRow>>> = {
  async older(db, { seq, limit, ...listing }) {
    const rows = await lists.listOlder(db, { ...listing, olderThan: seq, limit: limit + 1 })
    return toPage(rows, limit, ({ seq: last }) => encodeCursor(listingOf(listing.channelId), 'older', last))
  },

  async newer(db, { seq = 0, limit, ...listing }) {
    const rows = await lists.listNewer(db, { ...listing, newerThan: seq, limit: limit + 1 })
    return toPage(rows, limit, ({ seq: last }) => encodeCursor(listingOf(listing.channelId), 'newer', last))
  },

  /** Half a page up to the place, half a page after it. The cursor leads to older ones; `after` the first item to newer ones. */
  async around(db, { seq = 0, limit, ...listing }) {
    const rows = await lists.listAround(db, { ...listing, seq, limit })
    const newer = rows.filter((row) => row.seq > seq).reverse()
    const room = limit - Math.floor(limit / 2)
    const page = toPage(rows.filter((row) => row.seq <= seq), room, ({ seq: last }) => encodeCursor(listingOf(listing.channelId), 'older', last))
    return { ...page, items: [...newer, ...page.items] }
  },
}

const listingOf = (channelId: ChannelId) => `history:${channelId}`

function morePlacesThanOne(): DomainError {
  return new DomainError('invalid', 'invalid_request', 'Give only one of before, after and around', {
    details: ['before', 'after', 'around'].map((name) => ({ path: `/${name}`, message: 'cannot be combined with another place' })),
  })
}
