import { encodeLogCursor } from '@afrochat/contracts'
import type { Connection, Frame, History, Reader, Send, Stored } from './history.ts'

/** Something that happens in a channel. */
export type Act =
  | { readonly kind: 'join' | 'leave'; readonly user: string; readonly channel: string }
  | { readonly kind: 'send'; readonly user: string; readonly channel: string; readonly outcome?: Send['outcome'] }

export interface ModelOptions {
  readonly readers: readonly string[]
  /** Positions at which readers lose their connections, and come back. */
  readonly cuts?: readonly number[]
}

type Mutable<T> = T extends readonly (infer One)[] ? Mutable<One>[] : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T
type Script = Mutable<Stored> & { sends: Mutable<Send>[] }

/** A history in which every promise is kept: acts that cannot be (who is not in a channel says nothing in it) are left out. */
export function modelHistory(acts: readonly Act[], { readers, cuts = [] }: ModelOptions): History {
  const script: Script = { sends: [], messages: [], events: [], memberships: [] }
  for (const act of acts) perform(script, act)
  const { sends, ...stored } = script
  return { sends, stored, readers: readers.map((userId) => readerOf(userId, stored, cuts)) }
}

function perform(script: Script, { kind, user: userId, channel: channelId, ...act }: Act): void {
  const own = script.memberships.find((one) => one.userId === userId && one.channelId === channelId && one.toSeq === null)
  const append = (type: string, messageId: string | null = null) => {
    const seq = script.events.filter((event) => event.channelId === channelId).length + 1
    script.events.push({ shard: 0, pos: script.events.length + 1, stream: `c:${channelId}`, channelId, seq, type, messageId })
    return seq
  }
  if (kind === 'join' && own === undefined) script.memberships.push({ channelId, userId, fromSeq: append('member_joined'), toSeq: null })
  if (kind === 'leave' && own !== undefined) own.toSeq = append('member_left')
  if (kind !== 'send' || own === undefined) return
  const { outcome = 'acknowledged' } = act as { outcome?: Send['outcome'] }
  const counter = script.sends.filter((send) => send.userId === userId).length + 1
  const [id, clientMsgId] = [`${userId}-${counter}`, `c${counter}`]
  const seq = outcome === 'refused' ? 0 : append('message_sent', id)
  if (outcome !== 'refused') script.messages.push({ id, channelId, userId, clientMsgId, seq })
  script.sends.push({ userId, channelId, clientMsgId, counter, startedAt: seq, outcome, message: outcome === 'acknowledged' ? { id, seq } : null })
}

function readerOf(userId: string, stored: Stored, cuts: readonly number[]): Reader {
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < stored.events.length).toSorted((a, b) => a - b)
  const bounds = [0, ...inside, stored.events.length]
  const connections = bounds.slice(1).map((to, index): Connection => {
    const from = bounds[index] ?? 0
    const frames = stored.events.filter(({ pos }) => pos > from && pos <= to).filter(({ channelId, seq }) => stored.memberships.some((own) =>
      own.userId === userId && own.channelId === channelId && own.fromSeq <= (seq ?? 0) && (seq ?? 0) <= (own.toSeq ?? Infinity)))
      .map(({ type, pos, channelId, seq, messageId }) => aFrame({ type, cursor: cursorAt(pos), channelId, seq, messageId, at: pos }))
    return {
      resumedFrom: index === 0 ? null : cursorAt(from),
      frames: [aFrame({ type: 'hello', cursor: cursorAt(from) }), ...frames, aFrame({ type: 'heartbeat', cursor: cursorAt(to), sent: frames.length })],
    }
  })
  return { userId, connections, catchUps: [] }
}

export const cursorAt = (pos: number) => encodeLogCursor({ epoch: 'e', shard: 0, pos })

export const aFrame = (facts: Partial<Frame> & Pick<Frame, 'type'>): Frame => ({ cursor: null, channelId: null, seq: null, messageId: null, sent: null, at: 0, ...facts })
