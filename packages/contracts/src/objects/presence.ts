import { Type, type Static } from 'typebox'
import { Closed, UserIdSchema } from './scalars.ts'

/** What a device says of whoever holds it. */
export const DevicePresence = Type.Union([Type.Literal('active'), Type.Literal('away')])
export type DevicePresence = Static<typeof DevicePresence>

/** Of all of somebody's devices together. */
export const Presence = Type.Union([Type.Literal('active'), Type.Literal('away'), Type.Literal('offline')], {
  description: '`active`: on one device at least. `away`: there, but on none of them lately, or by choice. `offline`: no device is connected',
})
export type Presence = Static<typeof Presence>

export const UserPresence = Closed({ user_id: UserIdSchema, presence: Presence })
export type UserPresence = Static<typeof UserPresence>

/** So many people may be watched on one connection: what a screen shows, not a directory. */
export const MAX_WATCHED = 500
