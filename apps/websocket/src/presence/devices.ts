import type { DevicePresence } from '@afrochat/contracts'
import type { UserId } from '@afrochat/kernel'
import type { HereState } from '@afrochat/redis'
import type { Subscriber } from '../hub/subscriber.ts'
import type { Choices } from './choices.ts'
import { presenceOf, type Device } from './presence-of.ts'

export interface DevicesDeps {
  readonly choices: Pick<Choices, 'of' | 'learn' | 'forget'>
  /** Somebody is so on this gateway from now on; null: not here any more. */
  readonly say: (userId: UserId, state: HereState | null) => void
  readonly awayAfterMs: number
  /** A device that went still counts for so long: it may come back, here or elsewhere. */
  readonly graceMs: number
  readonly nowMs?: () => number
}

interface OwnDevice extends Device {
  readonly userId: UserId
  /** Before that it says nothing, unless it speaks for itself: one that comes back may know that nobody is at it. */
  readonly countsFromMs: number
}

/** As long as a connection waits for a client's first frames. */
const NEWCOMER_MS = 1_000

/** The connections of this gateway as devices of people: what each person is, as far as this gateway can tell. */
export class Devices {
  readonly #deps: DevicesDeps
  readonly #nowMs: () => number
  readonly #deviceOf = new Map<Subscriber, OwnDevice>()
  readonly #people = new Map<UserId, Set<OwnDevice>>()
  /** In the order in which they came, were left, or something was done over them: what is due stands in front. */
  readonly #newcomers = new Set<OwnDevice>()
  readonly #gone = new Map<OwnDevice, number>()
  readonly #idling = new Set<OwnDevice>()

  constructor(deps: DevicesDeps) {
    this.#deps = deps
    this.#nowMs = deps.nowMs ?? (() => performance.now())
  }

  /** People with a device here, or with one a moment ago. */
  get people(): number {
    return this.#people.size
  }

  enter(subscriber: Subscriber): void {
    const now = this.#nowMs()
    const { userId } = subscriber.member
    const device: OwnDevice = { userId, activeAtMs: now, isAway: false, countsFromMs: now + NEWCOMER_MS }
    this.#deviceOf.set(subscriber, device)
    const own = this.#people.get(userId)
    if (own === undefined) this.#people.set(userId, new Set([device]))
    else own.add(device)
    this.#newcomers.add(device)
    this.#idling.add(device)
    this.#deps.choices.learn(userId)
  }

  leave(subscriber: Subscriber): void {
    const device = this.#deviceOf.get(subscriber)
    if (device === undefined) return
    this.#deviceOf.delete(subscriber)
    this.#gone.set(device, this.#nowMs())
  }

  /** Its user did something over it. */
  act(subscriber: Subscriber): void {
    this.report(subscriber, 'active')
  }

  /** It says whether anybody is at it. */
  report(subscriber: Subscriber, presence: DevicePresence): void {
    const device = this.#deviceOf.get(subscriber)
    if (device === undefined) return
    const isNew = this.#newcomers.delete(device)
    const wasActive = this.#idling.delete(device)
    device.isAway = presence === 'away'
    if (!device.isAway) {
      device.activeAtMs = this.#nowMs()
      this.#idling.add(device)
    }
    if (isNew || wasActive === device.isAway) this.speakFor(device.userId)
  }

  /** What time does. Called every now and then. */
  tick(): void {
    const now = this.#nowMs()
    for (const device of this.#newcomers) {
      if (device.countsFromMs > now) break
      this.#newcomers.delete(device)
      this.speakFor(device.userId)
    }
    for (const device of this.#idling) {
      if (now - device.activeAtMs < this.#deps.awayAfterMs) break
      this.#idling.delete(device)
      this.speakFor(device.userId)
    }
    for (const [device, sinceMs] of this.#gone) {
      if (now - sinceMs < this.#deps.graceMs) break
      this.#remove(device)
    }
  }

  /** Says what somebody is now, once that is known. */
  speakFor(userId: UserId): void {
    const choice = this.#deps.choices.of(userId)
    const counting = [...(this.#people.get(userId) ?? [])].filter((device) => !this.#newcomers.has(device))
    if (choice === undefined || counting.length === 0) return
    const presence = presenceOf(counting, { choice, nowMs: this.#nowMs(), awayAfterMs: this.#deps.awayAfterMs })
    this.#deps.say(userId, presence === 'offline' ? null : presence)
  }

  #remove(device: OwnDevice): void {
    this.#gone.delete(device)
    this.#newcomers.delete(device)
    this.#idling.delete(device)
    const own = this.#people.get(device.userId)
    own?.delete(device)
    if (own?.size !== 0) return this.speakFor(device.userId)
    this.#people.delete(device.userId)
    this.#deps.choices.forget(device.userId)
    this.#deps.say(device.userId, null)
  }
}
