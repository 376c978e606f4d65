import type { Presence } from '@afrochat/contracts'

/** A connection, as far as it says something of whoever holds it. */
export interface Device {
  /** When its user last did something over it, or it said that they are there. Milliseconds. */
  activeAtMs: number
  /** It said that nobody is at it. */
  isAway: boolean
}

export interface Moment {
  readonly choice: 'auto' | 'away'
  readonly nowMs: number
  /** A device over which nothing was done for so long is away. */
  readonly awayAfterMs: number
}

/**
 * What somebody's devices say of them together, on one gateway: nobody is here without a device, a choice to be away wins
 * over all devices, and one device at which they are is enough to be active.
 */
export function presenceOf(devices: Iterable<Device>, { choice, nowMs, awayAfterMs }: Moment): Presence {
  let presence: Presence = 'offline'
  for (const { isAway, activeAtMs } of devices) {
    if (choice === 'auto' && !isAway && nowMs - activeAtMs < awayAfterMs) return 'active'
    presence = 'away'
  }
  return presence
}
