import { linksIn } from '@afrochat/chat'
import { MessageIdSchema, type EventName, type NewJob } from '@afrochat/contracts'
import type { ConsumedEvent } from '@afrochat/event-log'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

/** A name for ever: what this consumer has come to is noted by it. */
export const LINK_PREVIEWS = 'previews'
export const LINK_PREVIEW_EVENTS = ['message_sent', 'message_updated'] as const satisfies readonly EventName[]

/**
 * The messages whose links are to be asked what is behind them: those in which somebody has written links. A change that
 * nobody made is one by previews themselves. An event that cannot be read is passed over: it would stop all behind it.
 */
export const toPreviewJobs = (events: readonly ConsumedEvent[]): NewJob[] =>
  events.filter(({ event }) => event.actor_id !== null).flatMap(({ event, key }): NewJob[] => {
    const message = parse(event.payload)
    if (!written.Check(message) || linksIn(message.content).length === 0) return []
    return [{ job: 'fetchPreviews', id: key, payload: { message_id: message.id }, requestId: event.request_id }]
  })

/** Of a message what is looked at here. What the system says has no links of anybody. */
const written = Compile(Type.Object({ id: MessageIdSchema, content: Type.String(), kind: Type.Union([Type.Literal('user'), Type.Literal('bot')]) }))

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
