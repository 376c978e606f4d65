import { describe, expect, it } from '@jest/globals'
import type { SessionId } from '@afrochat/kernel'
import { TextFrame } from '@afrochat/websocket'
import { LogEntry } from '../broker/log-entry.ts'
import { channelIdOf, LogModel, userIdOf, workspaceId } from '../testing/log-model.ts'
import { Hub } from './hub.ts'
import { Subscriber } from './subscriber.ts'

function aHub() {
  const hub = new Hub()
  const connect = (user: number, session = 'session') => {
    const member = hub.memberOf(userIdOf(user))
    member.isLoaded = true
    const frames: string[] = []
    const state = { isBehind: false }
    const subscriber = new Subscriber({ id: `${user}`, member, sessionId: session as SessionId }, {
      send: ({ text }) => void frames.push(text),
      isBehind: () => state.isBehind,
      drained: async () => undefined,
      close: (code) => void frames.push(`close ${code}`),
    })
    hub.add(subscriber)
    hub.goLive(subscriber)
    return { subscriber, frames, state, member }
  }
  const deliver = (event: LogModel['events'][number] | undefined) => {
    if (event !== undefined) for (const pause of hub.deliver(new LogEntry(event, 'e'))) void pause
  }
  return { hub, connect, deliver }
}

describe('the hub', () => {
  it('forgets everything about users who have gone', () => {
    const { hub, connect, deliver } = aHub()
    const log = new LogModel()
    const one = connect(1)
    log.join(userIdOf(1), channelIdOf(0))
    deliver(log.events[0])
    expect(hub.isEmpty).toBe(false)
    hub.remove(one.subscriber)
    expect(hub.isEmpty).toBe(true)
  })

  it('closes the connections of the sessions that were revoked, and no other of the same user', () => {
    const { connect, deliver } = aHub()
    const [one, other] = [connect(1, 'one'), connect(1, 'other')]
    deliver({
      shard: 0, pos: 1, stream_key: `u:${userIdOf(1)}`, seq: null, workspace_id: null, audience: 'all', type: 'sessions_revoked', message_id: null,
      payload: JSON.stringify({ user_id: userIdOf(1), session_ids: ['one'] }), actor_id: null, request_id: null, imported: false,
    })
    expect([one.frames, other.frames]).toEqual([['close 4010'], []])
  })

  it('shows passing frames to others in the channel, and not to those who are behind', () => {
    const { hub, connect, deliver } = aHub()
    const log = new LogModel()
    const clients = [connect(0), connect(1), connect(2)]
    for (const user of [0, 1, 2]) log.join(userIdOf(user), channelIdOf(0))
    for (const event of log.events) deliver(event)
    for (const { frames } of clients) frames.length = 0
    const behind = clients[2]
    if (behind) behind.state.isBehind = true
    hub.signal(channelIdOf(0), new TextFrame('typing'), userIdOf(0))
    expect(clients.map(({ frames }) => frames)).toEqual([[], ['typing'], []])
  })

  it('ends a channel for all who are in it, those too who are not up to date, and tells nobody twice', () => {
    const { hub, connect, deliver } = aHub()
    const log = new LogModel()
    const [inside, outside, late] = [connect(0), connect(1), connect(2)]
    inside.member.workspaces.set(workspaceId, 'member')
    outside.member.workspaces.set(workspaceId, 'member')
    for (const { subscriber } of [inside, outside]) {
      hub.hold(subscriber)
      hub.goLive(subscriber)
    }
    for (const user of [0, 2]) log.join(userIdOf(user), channelIdOf(0))
    for (const event of log.events) deliver(event)
    hub.hold(late.subscriber)
    const typesOf = (frames: string[]) => frames.splice(0).map((frame) => (JSON.parse(frame) as { type: string }).type)
    expect([inside, outside, late].map(({ frames }) => typesOf(frames).length)).toEqual([2, 0, 1])

    log.deleteChannel(channelIdOf(0))
    log.send(channelIdOf(0))
    for (const event of log.events.slice(2)) deliver(event)
    expect([inside, outside, late].map(({ frames }) => typesOf(frames))).toEqual([['channel_deleted'], ['channel_deleted'], []])
    expect([inside, late].map(({ member }) => member.channels.size)).toEqual([0, 0])
  })

  it('gives another role its effect at once, and tells the person themselves whatever they are by then', () => {
    const { connect, deliver } = aHub()
    const log = new LogModel()
    const [owner, member, guest] = [connect(0), connect(1), connect(2)]
    owner.member.workspaces.set(workspaceId, 'owner')
    member.member.workspaces.set(workspaceId, 'member')
    guest.member.workspaces.set(workspaceId, 'guest')
    log.channelCreated(channelIdOf(0))
    // Into their rooms, by a word of what they are already.
    const enter = new LogModel()
    enter.setRole(userIdOf(0), 'admin')
    enter.setRole(userIdOf(1), 'admin')
    enter.setRole(userIdOf(1), 'member')
    enter.setRole(userIdOf(2), 'member')
    enter.setRole(userIdOf(2), 'guest')
    for (const event of enter.events) deliver(event)
    for (const { frames } of [owner, member, guest]) frames.length = 0

    log.setRole(userIdOf(1), 'guest')
    log.channelCreated(channelIdOf(1))
    log.setRole(userIdOf(2), 'member')
    log.channelCreated(channelIdOf(2))
    for (const event of log.events) deliver(event)
    const seen = [owner, member, guest].map(({ frames }) => frames.map((frame) => (JSON.parse(frame) as { type: string }).type))
    const [created, updated] = ['channel_created', 'workspace_member_updated']
    expect(seen).toEqual([[created, updated, created, updated, created], [created, updated], [updated, created]])
  })

  it('lets nothing of a deleted workspace reach anybody who has heard of its end, not even what was on its way', () => {
    const { hub, connect, deliver } = aHub()
    const log = new LogModel()
    const [one, other] = [connect(0), connect(1)]
    for (const [index, { member }] of [one, other].entries()) {
      member.workspaces.set(workspaceId, 'member')
      log.join(userIdOf(index), channelIdOf(2))
    }
    log.deleteWorkspace(1)
    log.send(channelIdOf(2))
    for (const event of log.events) deliver(event)
    hub.signal(channelIdOf(2), new TextFrame('typing'), userIdOf(2))
    const typesOf = ({ frames }: typeof one) => frames.map((frame) => (frame === 'typing' ? frame : (JSON.parse(frame) as { type: string }).type))
    expect(typesOf(one)).toEqual(['member_joined', 'member_joined', 'workspace_deleted'])
    expect(typesOf(other)).toEqual(['member_joined', 'message_sent', 'typing'])
    for (const { subscriber } of [one, other]) hub.remove(subscriber)
    expect(hub.isEmpty).toBe(true)
  })

  it('tells of a workspace by audience: guests get what is for all, and a new role counts at once', () => {
    const { connect, deliver } = aHub()
    const log = new LogModel()
    const guest = connect(2)
    guest.member.workspaces.set(workspaceId, 'guest')
    log.leaveWorkspace(userIdOf(2))
    log.joinWorkspace(userIdOf(2), 'guest', 'all')
    log.channelCreated(channelIdOf(0))
    log.leaveWorkspace(userIdOf(2))
    log.joinWorkspace(userIdOf(2), 'member', 'admins')
    log.channelCreated(channelIdOf(1))
    for (const event of log.events) deliver(event)
    expect(guest.frames.map((frame) => (JSON.parse(frame) as { type: string }).type)).toEqual([
      'workspace_member_left', 'workspace_member_joined', 'workspace_member_left', 'workspace_member_joined', 'channel_created',
    ])
  })
})
