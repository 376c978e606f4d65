import type { Static } from 'typebox'
import { accountEvents } from './account-events.ts'
import { channelEvents } from './channel-events.ts'
import { messageEvents } from './message-events.ts'
import { ownEvents } from './own-events.ts'
import { workspaceEvents } from './workspace-events.ts'

/** Every durable event that clients may receive. */
export const clientEventCatalogue = { ...messageEvents, ...channelEvents, ...workspaceEvents, ...ownEvents }
/** Every durable event in the system. Adding one here is what makes it publishable. */
export const eventCatalogue = { ...clientEventCatalogue, ...accountEvents }

export type ClientEventName = keyof typeof clientEventCatalogue
export type EventName = keyof typeof eventCatalogue
export type EventPayload<N extends EventName> = Static<(typeof eventCatalogue)[N]>

export function isClientEventName(name: string): name is ClientEventName {
  return Object.hasOwn(clientEventCatalogue, name)
}
