import { channelStream, workspaceStream, type Audience, type StreamKey, type WorkspaceRole } from '@afrochat/contracts'
import type { ChannelId, WorkspaceId } from '@afrochat/kernel'
import type { LogEntry } from '../broker/log-entry.ts'
import type { Member } from './member.ts'
import type { Subscriber } from './subscriber.ts'

/** A set of connections that get the same events: the members of a channel, or those of a workspace whom an audience includes. */
type RoomKey = StreamKey | `${StreamKey}/${Audience}`

const AUDIENCES: Readonly<Record<WorkspaceRole, readonly Audience[]>> = {
  guest: ['all'],
  member: ['all', 'members'],
  admin: ['all', 'members', 'admins'],
  owner: ['all', 'members', 'admins'],
}

/** Whether events for this audience are for people of this role. */
export const admits = (audience: Audience, role: WorkspaceRole): boolean => AUDIENCES[role].includes(audience)

const NOBODY: ReadonlySet<Subscriber> = new Set()

/** Who gets what, so that delivering an event asks nothing about anybody. Holds live connections only. */
export class Rooms {
  readonly #rooms = new Map<RoomKey, Set<Subscriber>>()

  /** The connections in the room of a channel. */
  ofChannel(channelId: ChannelId): ReadonlySet<Subscriber> {
    return this.#rooms.get(channelStream(channelId)) ?? NOBODY
  }

  /** The connections that get an event of a channel or of a workspace. (A user's own streams need no room: see `Member`.) */
  of(entry: LogEntry): ReadonlySet<Subscriber> {
    return this.#rooms.get(entry.owner.kind === 'workspace' ? `${entry.stream}/${entry.audience}` : entry.stream) ?? NOBODY
  }

  /** Into every room of its user. */
  enterAll(subscriber: Subscriber): void {
    for (const key of roomsOf(subscriber.member)) this.#enter(key, subscriber)
  }

  leaveAll(subscriber: Subscriber): void {
    for (const key of roomsOf(subscriber.member)) this.#leave(key, subscriber)
  }

  enterChannel(channelId: ChannelId, subscriber: Subscriber): void {
    this.#enter(channelStream(channelId), subscriber)
  }

  leaveChannel(channelId: ChannelId, subscriber: Subscriber): void {
    this.#leave(channelStream(channelId), subscriber)
  }

  enterWorkspace(workspaceId: WorkspaceId, role: WorkspaceRole, subscriber: Subscriber): void {
    for (const audience of AUDIENCES[role]) this.#enter(`${workspaceStream(workspaceId)}/${audience}`, subscriber)
  }

  leaveWorkspace(workspaceId: WorkspaceId, subscriber: Subscriber): void {
    for (const audience of AUDIENCES.owner) this.#leave(`${workspaceStream(workspaceId)}/${audience}`, subscriber)
  }

  /** Whether nobody is anywhere. */
  get isEmpty(): boolean {
    return this.#rooms.size === 0
  }

  #enter(key: RoomKey, subscriber: Subscriber): void {
    const room = this.#rooms.get(key)
    if (room === undefined) this.#rooms.set(key, new Set([subscriber]))
    else room.add(subscriber)
  }

  #leave(key: RoomKey, subscriber: Subscriber): void {
    const room = this.#rooms.get(key)
    room?.delete(subscriber)
    if (room?.size === 0) this.#rooms.delete(key)
  }
}

function* roomsOf({ channels, workspaces }: Member): Iterable<RoomKey> {
  for (const channelId of channels.keys()) yield channelStream(channelId)
  for (const [workspaceId, role] of workspaces) {
    for (const audience of AUDIENCES[role]) yield `${workspaceStream(workspaceId)}/${audience}`
  }
}

