import { decodeLogCursor, isClientEventName, type Boot, type WorkspaceRole } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import { DomainError, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { applyToBoot, type BootState } from './boot-state.ts'
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
 * they came into a channel or somebody left one: whom a guest may see then, they learn from the channel's member list.
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
    const applied = before === undefined ? undefined : received.reduce<BootState>(applyToBoot, withoutCursor(before))
    return [name, withoutUnknowable({ received, applied, after: after && withoutCursor(after) })] as const
  })
  return Object.fromEntries(await Promise.all(replayed)) as Record<K, Replayed>
}

async function takeSeat<K>(world: World, { name, viewer, workspaceId }: { name: K; viewer: TestUser; workspaceId: WorkspaceId }) {
  const [before, subscriptions] = await Promise.all([bootOf(world, viewer, workspaceId), world.workspace.readSubscriptions(viewer.userId, [0])])
  const connection: Connection = {
    userId: viewer.userId,
    channels: new Set(subscriptions.channels.map(({ channelId }) => channelId)),
    roles: new Map(subscriptions.workspaces.map(({ workspaceId: id, role }) => [id, role])),
  }
  const position = before === undefined ? subscriptions.positions[0] : decodeLogCursor(before.cursor)?.[0]
  if (position === undefined) throw new Error('There is no position to go on from')
  return { name, viewer, before, connection, from: position.pos }
}

/** What a gateway keeps of a connection. */
interface Connection {
  readonly userId: UserId
  readonly channels: Set<string>
  readonly roles: Map<string, WorkspaceRole>
}

/** The rules of the streams, word by word from DESIGN.md §4: a second account of them, to test the domains by. */
function receives(connection: Connection, event: PlacedEvent): boolean {
  if (!isClientEventName(event.type)) return false
  const [kind, ...ids] = event.stream_key.split(':')
  if (kind === 'c') return receivesInChannel(connection, event, ids[0] ?? '')
  if (kind === 'w') return receivesInWorkspace(connection, event)
  return ids.at(-1) === connection.userId
}

function receivesInChannel({ userId, channels }: Connection, event: PlacedEvent, channelId: string): boolean {
  const payload = payloadOf(event)
  if (event.type === 'member_joined' && payload.user?.id === userId) channels.add(channelId)
  const receiving = channels.has(channelId)
  if (event.type === 'member_left' && payload.user_id === userId) channels.delete(channelId)
  return receiving
}

function receivesInWorkspace({ userId, channels, roles }: Connection, event: PlacedEvent): boolean {
  const payload = payloadOf(event)
  if (event.type === 'workspace_member_joined' && payload.user?.id === userId && payload.role !== undefined) roles.set(event.workspace_id ?? '', payload.role)
  const role = roles.get(event.workspace_id ?? '')
  if (role === undefined || (event.type.startsWith('channel_') && channels.has(payload.id ?? ''))) return false
  if (event.audience === 'admins') return role === 'owner' || role === 'admin'
  return event.audience === 'all' || role !== 'guest'
}

function withoutUnknowable(replayed: Replayed): Replayed {
  const { received, applied, after } = replayed
  if (applied?.role !== 'guest' || after === undefined) return replayed
  const isUnknowable = received.some((event) =>
    event.type === 'member_left' || (event.type === 'member_joined' && payloadOf(event).user?.id === applied.me.id))
  return isUnknowable ? { received, applied: { ...applied, users: [] }, after: { ...after, users: [] } } : replayed
}

/** The fields that the rules look at; which of them there are, the type of the event says. */
const payloadOf = (event: PlacedEvent) =>
  JSON.parse(event.payload) as { id?: string; user_id?: string; user?: { id: string }; role?: WorkspaceRole }

async function bootOf(world: World, viewer: TestUser, workspaceId: WorkspaceId): Promise<Boot | undefined> {
  try {
    return await world.workspace.boot(viewer, workspaceId)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'workspace_not_found') return undefined
    throw error
  }
}

const withoutCursor = ({ cursor: _, ...state }: Boot): BootState => state

const entriesOf = <K extends string, V>(record: Readonly<Record<K, V>>) => Object.entries(record) as [K, V][]
