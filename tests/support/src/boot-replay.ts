import { decodeLogCursor, type Boot, type WorkspaceRole } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import { DomainError, type WorkspaceId } from '@afrochat/kernel'
import { applyToBoot, type BootState, type ClientState } from './boot-state.ts'
import { allItems, type ChatWorld } from './chat-world.ts'
import type { Counting } from './counts-state.ts'
import { payloadOf, receives, type Connection } from './receives.ts'
import type { TestUser, World } from './world.ts'

/** What one person saw of an act. */
export interface Replayed {
  /** What reached them of it, as the rules of the streams say. */
  readonly received: readonly PlacedEvent[]
  /** `/boot` before, with what was received applied to it; undefined: they were not in the workspace. */
  readonly applied: BootState | undefined
  /** `/boot` afterwards. The same as `applied`, or the events say too little. */
  readonly after: BootState | undefined
}

/**
 * Boots everybody, acts, and boots everybody again (after Zulip's verify_action). A guest's `users` are left out where
 * they came into a channel or somebody left one: whom a guest may see then, they learn from the channel's member list. So
 * are the people and groups of somebody who became a guest or ceased to be one: such a client boots anew.
 */
export async function replay<K extends string>(
  world: World,
  { workspaceId, viewers }: { workspaceId: WorkspaceId; viewers: Readonly<Record<K, TestUser>> },
  act: () => Promise<unknown>,
): Promise<Record<K, Replayed>> {
  const seats = await Promise.all(entriesOf(viewers).map(([name, viewer]) => takeSeat(world, { name, viewer, workspaceId })))
  await act()
  const replayed = seats.map(async ({ name, viewer, before, connection, from }) => {
    const received = world.events.filter(({ pos }) => pos > from).filter((event) => receives(connection, event))
    const after = await bootOf(world, viewer, workspaceId)
    const applied = before === undefined ? undefined : afterAsking(received.reduce<ClientState>(applyToBoot, before), after)
    return [name, withoutUnknowable({ received, applied, after: after && withoutCursor(after) }, before?.role)] as const
  })
  return Object.fromEntries(await Promise.all(replayed)) as Record<K, Replayed>
}

export async function takeSeat<K>(world: World, { name, viewer, workspaceId }: { name: K; viewer: TestUser; workspaceId: WorkspaceId }) {
  const [before, subscriptions] = await Promise.all([bootOf(world, viewer, workspaceId), world.workspace.readSubscriptions(viewer.userId, [0])])
  const connection: Connection = {
    userId: viewer.userId,
    channels: new Set(subscriptions.channels.map(({ channelId }) => channelId)),
    roles: new Map(subscriptions.workspaces.map(({ workspaceId: id, role }) => [id, role])),
  }
  const position = before === undefined ? subscriptions.positions[0] : decodeLogCursor(before.cursor)?.[0]
  if (position === undefined) throw new Error('There is no position to go on from')
  const counting = before === undefined ? undefined : await startCounting(world, { viewer, workspaceId })
  return { name, viewer, before: before && counting && { ...withoutCursor(before), ...counting }, connection, from: position.pos }
}

/** In a world where people talk, a client knows which threads its user follows. */
export async function startCounting(world: World | ChatWorld, { viewer, workspaceId }: { viewer: TestUser; workspaceId: WorkspaceId }): Promise<Counting> {
  const unsure = { channels: new Set<string>(), threads: false }
  if (!('chat' in world)) return { followed: new Map(), isConnected: false, unsure }
  const threads = await allItems((from) => world.chat.listThreads(viewer, { workspace_id: workspaceId, ...from }))
  const followed = new Map(threads.map(({ root, unread_count, mention_count }) =>
    [root.id, { channelId: root.channel_id, unread_count, mention_count }] as const))
  return { followed, isConnected: world.active.has(viewer.userId), unsure }
}

/** The state of the first screen, with what the client asked for because the events did not say it. */
export function afterAsking({ followed, isConnected: _, unsure, ...state }: ClientState, after: Boot | undefined): BootState {
  const sumOf = (count: 'unread_count' | 'mention_count') => [...followed.values()].reduce((sum, thread) => sum + thread[count], 0)
  const channels = state.channels.map((channel) => {
    const asked = unsure.channels.has(channel.id) ? after?.channels.find(({ id }) => id === channel.id) : undefined
    if (asked === undefined) return channel
    const { unread_count, mention_count, unread_capped } = asked
    return { ...channel, unread_count, mention_count, unread_capped }
  })
  const counted = { unread_count: sumOf('unread_count'), mention_count: sumOf('mention_count') }
  return { ...state, channels, threads: unsure.threads && after !== undefined ? after.threads : counted }
}

function withoutUnknowable(replayed: Replayed, roleBefore: WorkspaceRole | undefined): Replayed {
  const { received, applied, after } = replayed
  if (applied === undefined || after === undefined) return replayed
  if ((roleBefore === 'guest') !== (after.role === 'guest')) {
    return { received, applied: { ...applied, users: [], groups: [] }, after: { ...after, users: [], groups: [] } }
  }
  if (after.role !== 'guest') return replayed
  const isUnknowable = received.some((event) =>
    event.type === 'member_left' || (event.type === 'member_joined' && payloadOf<'member_joined'>(event).user.id === applied.me.id))
  return isUnknowable ? { received, applied: { ...applied, users: [] }, after: { ...after, users: [] } } : replayed
}

export async function bootOf(world: World, viewer: TestUser, workspaceId: WorkspaceId): Promise<Boot | undefined> {
  try {
    return await world.workspace.boot(viewer, workspaceId)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'workspace_not_found') return undefined
    throw error
  }
}

export const withoutCursor = ({ cursor: _, ...state }: Boot): BootState => state

const entriesOf = <K extends string, V>(record: Readonly<Record<K, V>>) => Object.entries(record) as [K, V][]
