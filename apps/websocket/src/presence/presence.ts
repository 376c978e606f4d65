import type { Auth } from '@afrochat/auth'
import type { DevicePresence, Presence as PresenceOf, UserPresence, WatchedPresence } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import { DomainError, type UserId } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import type { PresenceReader, PresenceShare, PresenceShareOptions } from '@afrochat/redis'
import type { TextFrame } from '@afrochat/websocket'
import type { Subscriber } from '../hub/subscriber.ts'
import { serverFrame } from '../protocol/server-frames.ts'
import { Choices } from './choices.ts'
import { Devices } from './devices.ts'
import { Sightings } from './sightings.ts'
import { Sights } from './sights.ts'
import { Watches } from './watches.ts'

export interface PresenceSettings {
  readonly awaySeconds: number
  readonly graceSeconds: number
  readonly leaseSeconds: number
}

export interface PresenceDeps {
  readonly auth: Pick<Auth, 'listAwayByChoice' | 'rightfulSights'>
  /** What all gateways say together. */
  readonly board: Pick<PresenceReader, 'read'>
  /** What this one says; ends with `stop`. */
  readonly openShare: (options: Pick<PresenceShareOptions, 'leaseMs' | 'onWritten'>) => PresenceShare
  /** Tells the other gateways who changed. */
  readonly tellOthers: (userIds: UserId[] | 'all') => void
  readonly settings: PresenceSettings
  readonly logger: Logger
}

const TICK_MS = 500
/** Renewals in a lease: two may fail. A board that lost everything is whole again after two. */
const RENEWALS = 6
const cannotTell = () =>
  new DomainError('unavailable', 'service_unavailable', 'The service is unavailable for the moment', { retryAfterSeconds: 2 })

/** Who is here: told to the other gateways of this one's people, and to this one's people of those whom they watch. */
export class Presence {
  readonly #deps: PresenceDeps
  readonly #share: PresenceShare
  readonly #choices: Choices
  readonly #devices: Devices
  readonly #watches: Watches
  readonly #sights: Sights
  readonly #sightings: Sightings
  /** Whom connections have not been told of because they were behind, or in doubt of their right. */
  readonly #untold = new Map<Subscriber, Set<UserId>>()
  #timers: NodeJS.Timeout[] = []
  #told = 0

  constructor(deps: PresenceDeps) {
    const { auth, board, settings, logger } = deps
    const leaseMs = settings.leaseSeconds * 1_000
    const onError = (err: unknown) => logger.warn({ err }, 'presence: the database cannot be asked')
    this.#deps = deps
    this.#share = deps.openShare({
      leaseMs,
      onWritten: (ids) => {
        // They are users: the share has them from here.
        const userIds = ids === 'all' ? ids : ([...ids] as UserId[])
        deps.tellOthers(userIds)
        this.#sightings.lookAt(userIds)
      },
    })
    this.#choices = new Choices({ listAwayByChoice: auth.listAwayByChoice, onKnown: (id) => this.#devices.speakFor(id), onError })
    this.#devices = new Devices({
      choices: this.#choices, say: (id, state) => this.#share.say(id, state),
      awayAfterMs: settings.awaySeconds * 1_000, graceMs: settings.graceSeconds * 1_000,
    })
    this.#watches = new Watches((id) => this.#sightings.forget(id))
    this.#sights = new Sights({ watches: this.#watches, rightfulSights: auth.rightfulSights, onError })
    this.#sightings = new Sightings({
      board, settleMs: leaseMs / 3,
      isWatched: (id) => this.#watches.watchersOf(id).size > 0,
      watched: () => this.#watches.people.keys(),
      onChanged: (id, presence) => this.#tell(id, presence),
    })
  }

  start(): void {
    const renew = async () => this.#sightings.see(await this.#share.renew())
    this.#timers = [
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => void renew(), (this.#deps.settings.leaseSeconds * 1_000) / RENEWALS),
    ]
    void renew()
  }

  /** Nobody is said to be gone: who was here comes back elsewhere within the lease, or ends with it. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const part of [this.#share, this.#choices, this.#sights, this.#sightings]) part.stop()
  }

  enter(subscriber: Subscriber): void {
    this.#devices.enter(subscriber)
  }

  leave(subscriber: Subscriber): void {
    this.#devices.leave(subscriber)
    this.#watches.drop(subscriber)
    this.#untold.delete(subscriber)
  }

  /** The user did something over this connection. */
  act(subscriber: Subscriber): void {
    this.#devices.act(subscriber)
  }

  report(subscriber: Subscriber, presence: DevicePresence): void {
    this.#devices.report(subscriber, presence)
  }

  /**
   * From here on the connection is told of these people, as far as its user may know of them, and of nobody else. How they
   * are now is in the answer, and nothing about them is sent before it, unless it is as new.
   */
  async watch(subscriber: Subscriber, userIds: readonly UserId[]): Promise<WatchedPresence> {
    const { userId: viewer } = subscriber.member
    this.#watches.set(subscriber, new Set(userIds))
    if (!(await this.#sights.check(viewer, new Set(userIds)))) {
      this.#watches.drop(subscriber)
      throw cannotTell()
    }
    const watched = [...this.#watches.watchedBy(subscriber)]
    await this.#sightings.known(watched)
    this.#untold.delete(subscriber)
    return { presences: watched.map((id) => this.#seen(subscriber, id)).filter((seen) => seen !== undefined) }
  }

  /** Events of the log, as its reader brings them. */
  hear(events: readonly PlacedEvent[]): void {
    for (const event of events) {
      this.#sights.hear(event)
      if (event.type === 'preferences_updated') this.#choices.hear(event)
    }
  }

  /** The log began a new life: what was heard may not be so. */
  beginAnew(): void {
    this.#sights.doubtAll()
    this.#choices.readAgain()
  }

  /** Another gateway says that these changed. */
  heard(userIds: readonly UserId[] | 'all'): void {
    this.#sightings.lookAt(userIds)
  }

  /** Says and tells nothing while `true`; afterwards everything that is so by then. */
  quiet(isQuiet: boolean): void {
    this.#share.pause(isQuiet)
    this.#sightings.quiet(isQuiet)
  }

  get counts(): { readonly people: number; readonly watched: number; readonly told: number } {
    return { people: this.#devices.people, watched: this.#watches.people.size, told: this.#told }
  }

  #tick(): void {
    this.#devices.tick()
    // A copy: who still cannot be told is put back.
    for (const [subscriber, ids] of [...this.#untold]) {
      this.#untold.delete(subscriber)
      for (const id of ids) this.#tellOne(subscriber, id)
    }
  }

  #tell(id: UserId, presence: PresenceOf): void {
    const frame = toFrame({ user_id: id, presence })
    for (const subscriber of this.#watches.watchersOf(id)) this.#tellOne(subscriber, id, frame)
  }

  /** What is so now, to one who watches; later, if it cannot be now. */
  #tellOne(subscriber: Subscriber, id: UserId, frame?: TextFrame): void {
    const seen = this.#seen(subscriber, id)
    if (seen === undefined || subscriber.transport.isBehind()) return this.#keep(subscriber, id)
    this.#told += 1
    subscriber.transport.send(frame ?? toFrame(seen))
  }

  #keep(subscriber: Subscriber, id: UserId): void {
    if (!this.#watches.watchedBy(subscriber).has(id)) return
    const untold = this.#untold.get(subscriber)
    if (untold === undefined) this.#untold.set(subscriber, new Set([id]))
    else untold.add(id)
  }

  #seen(subscriber: Subscriber, id: UserId): UserPresence | undefined {
    const presence = this.#sightings.of(id)
    const maySee = this.#watches.watchedBy(subscriber).has(id) && this.#sights.isCertain(subscriber, id)
    return maySee && presence !== undefined ? { user_id: id, presence } : undefined
  }
}

const toFrame = (data: UserPresence): TextFrame => serverFrame({ type: 'presence_changed', data })
