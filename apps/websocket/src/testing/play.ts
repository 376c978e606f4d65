import { expect } from '@jest/globals'
import fc from 'fast-check'
import { decodeLogCursor, type WorkspaceRole } from '@afrochat/contracts'
import { channelIdOf, LogModel, userIdOf } from './log-model.ts'
import { Rig, type RigConnection, type RigOptions, type Sighting } from './rig.ts'

/** Something that happens to the log, the gateway or a connection. */
export type Step = (rig: Rig) => void

const user = fc.nat({ max: 2 }).map(userIdOf)
const channel = fc.nat({ max: 4 }).map(channelIdOf)
const role = fc.constantFrom<WorkspaceRole>('owner', 'admin', 'member', 'guest')
const pick = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)]
export const position = (rig: Rig, share: number) => Math.floor(share * (rig.log.head + 1))
export const share = fc.double({ min: 0, max: 0.999, noNaN: true })

export const writing: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: channel.map((c): Step => ({ log }) => log.send(c)) },
  { weight: 3, arbitrary: fc.tuple(user, channel).map(([u, c]): Step => ({ log }) => log.join(u, c)) },
  { weight: 3, arbitrary: fc.tuple(user, channel).map(([u, c]): Step => ({ log }) => log.leave(u, c)) },
  fc.nat({ max: 20 }).map((n): Step => ({ log }) => log.edit(n)),
  fc.nat({ max: 20 }).map((n): Step => ({ log }) => log.delete(n)),
  fc.tuple(channel, fc.integer({ min: 1, max: 4 })).map(([c, n]): Step => ({ log }) => log.deleteSeveral(c, n)),
  user.map((u): Step => ({ log }) => log.leaveWorkspace(u)),
  { weight: 2, arbitrary: fc.tuple(user, role).map(([u, r]): Step => ({ log }) => log.setRole(u, r)) },
  fc.tuple(user, fc.constantFrom('member' as const, 'guest' as const), fc.constantFrom('all' as const, 'admins' as const))
    .map(([u, role, audience]): Step => ({ log }) => log.joinWorkspace(u, role, audience)),
  channel.map((c): Step => ({ log }) => log.channelCreated(c)),
  { weight: 2, arbitrary: channel.map((c): Step => ({ log }) => log.convert(c)) },
  channel.map((c): Step => ({ log }) => log.deleteChannel(c)),
  user.map((u): Step => ({ log }) => log.readMark(u)),
  user.map((u): Step => ({ log }) => log.prefer(u)),
  channel.map((c): Step => ({ log }) => log.imported(c)),
)

export const connecting: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: user.map((u): Step => (rig) => void rig.connect(u)) },
  { weight: 3, arbitrary: fc.nat().map((n): Step => (rig) => withOne(rig, n, (one) => rig.goLive(one))) },
  { weight: 3, arbitrary: fc.tuple(fc.nat(), share).map(([n, s]): Step => (rig) => withOne(rig, n, (one) => rig.resume(one, position(rig, s)))) },
  fc.nat().map((n): Step => (rig) => withOne(rig, n, (one) => rig.disconnect(one))),
)

export const progress: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }).map((n): Step => (rig) => rig.receive(n)) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }).map((n): Step => (rig) => turns(rig, n)) },
)

/** A long run of steps, `others` among them. */
export const stepsWith = (...others: fc.Arbitrary<Step>[]) => fc.array(
  fc.oneof(
    { weight: 6, arbitrary: writing },
    { weight: 4, arbitrary: connecting },
    { weight: 8, arbitrary: progress },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  ),
  { minLength: 20, maxLength: 150, size: 'max' },
)

/** The same, and at its end the workspace goes away. */
export const stepsToTheEnd = fc.tuple(
  stepsWith(),
  fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 3 }).map((n): Step => ({ log }) => log.deleteWorkspace(n)),
      { weight: 2, arbitrary: writing }, { weight: 3, arbitrary: connecting }, { weight: 4, arbitrary: progress },
    ),
    { minLength: 5, maxLength: 40, size: 'max' },
  ),
).map(([before, end]) => [...before, ...end])

export function withOne(rig: Rig, index: number, act: (connection: RigConnection) => void): void {
  const connection = pick(rig.connections, index)
  if (connection !== undefined && connection.subscriber.state !== 'gone') act(connection)
}

function turns(rig: Rig, count: number): void {
  for (let index = 0; index < count; index += 1) rig.turn()
}

const microtasks = () => new Promise(setImmediate)

interface Run {
  readonly scheduler: fc.Scheduler
  readonly steps: readonly Step[]
  readonly ringEvents: number
  readonly limits?: RigOptions['limits']
}

/** Every step, with what is awaited coming in between as the scheduler likes; then everything to its end. */
export async function play({ scheduler, steps: all, ringEvents, limits }: Run): Promise<Rig> {
  const rig = new Rig({ log: new LogModel(), scheduler, ringEvents, ...(limits ? { limits } : {}) })
  for (const [index, step] of all.entries()) {
    step(rig)
    await microtasks()
    if (index % 2 === 0 && scheduler.count() > 0) await scheduler.waitOne()
  }
  await settle(rig, scheduler)
  for (const connection of rig.connections) rig.goLive(connection)
  await settle(rig, scheduler)
  return rig
}

export async function settle(rig: Rig, scheduler: fc.Scheduler): Promise<void> {
  rig.receive(Infinity)
  for (let quiet = 0; quiet < 3;) {
    await microtasks()
    const moved = rig.turn() || scheduler.count() > 0
    if (scheduler.count() > 0) await scheduler.waitOne()
    quiet = moved ? 0 : quiet + 1
  }
}

/** A frame that a connection got. */
export type FrameSighting = Extract<Sighting, { kind: 'frame' }>

/** The stretches of a connection's life: what it got while it was brought up to date, and then live. */
export interface Stretch {
  readonly from: number
  readonly held: Extract<Sighting, { kind: 'hold' }>
  readonly replayed: FrameSighting[]
  readonly liveAt: number | undefined
  /** Where the log was by then, which may be further than this gateway. */
  readonly liveHead: number
  readonly live: FrameSighting[]
  readonly endedAt: number
  readonly isCut: boolean
}

export function stretchesOf(rig: Rig, { seen }: RigConnection): Stretch[] {
  const found: Stretch[] = []
  for (const [index, held] of seen.entries()) {
    if (held.kind !== 'hold') continue
    const rest = seen.slice(index + 1)
    const end = rest.findIndex(({ kind }) => kind === 'hold' || kind === 'closed')
    const own = end === -1 ? rest : rest.slice(0, end)
    const liveIndex = own.findIndex(({ kind }) => kind === 'live')
    const frames = (list: readonly Sighting[]) => list.filter((one) => one.kind === 'frame')
    found.push({
      from: held.from,
      held,
      replayed: frames(liveIndex === -1 ? own : own.slice(0, liveIndex)),
      liveAt: liveIndex === -1 ? undefined : own[liveIndex]?.at,
      liveHead: own.find((one) => one.kind === 'live')?.head ?? 0,
      live: liveIndex === -1 ? [] : frames(own.slice(liveIndex)),
      endedAt: end === -1 ? rig.feed.ring.last : (rest[end]?.at ?? 0),
      isCut: rest[end]?.kind === 'closed',
    })
  }
  return found
}

export const posOf = ({ frame }: FrameSighting) => decodeLogCursor(frame.cursor ?? '')?.[0]?.pos
export const durable = (frames: readonly FrameSighting[]) => frames.filter(({ frame }) => frame.cursor !== undefined)

export function checkLive(rig: Rig, connection: RigConnection, { liveAt, live, endedAt, isCut }: Stretch): void {
  if (liveAt === undefined) return
  const { userId } = connection.subscriber.member
  const expected = rig.log.events.filter((event) => event.pos > liveAt && event.pos <= endedAt && rig.log.reaches(userId, event)).map(({ pos }) => pos)
  const got = durable(live).map(posOf)
  // A connection closed while an event was being delivered may have been among those that had it already.
  if (isCut && got.at(-1) === endedAt + 1) got.pop()
  expect(got).toEqual(expected)
}

export function checkWords(rig: Rig, connection: RigConnection): void {
  for (const sighting of connection.seen) {
    const event = sighting.kind === 'frame' ? rig.log.events[(posOf(sighting) ?? 0) - 1] : undefined
    if (sighting.kind !== 'frame' || event === undefined || event.message_id === null || sighting.frame.cursor === undefined) continue
    const isBlank = sighting.frame.data.content === ''
    // The rows may be ahead of what this gateway has delivered, but never behind it.
    if (rig.log.isBlank(event, Math.max(sighting.at, event.pos))) expect({ pos: event.pos, isBlank }).toEqual({ pos: event.pos, isBlank: true })
    else if (isBlank) expect({ pos: event.pos, isBlank: rig.log.isBlank(event, sighting.head) }).toEqual({ pos: event.pos, isBlank: true })
  }
}
