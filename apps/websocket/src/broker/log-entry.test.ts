import { describe, expect, it } from '@jest/globals'
import type { PlacedEvent } from '@afrochat/database'
import { channelIdOf, LogModel, userIdOf, workspaceId } from '../testing/log-model.ts'
import { LogEntry } from './log-entry.ts'

const anEvent = (facts: Partial<PlacedEvent>): PlacedEvent => ({
  shard: 3, pos: 7, stream_key: `c:${channelIdOf(0)}`, seq: 5, workspace_id: workspaceId, audience: 'all', type: 'message_sent',
  message_id: null, payload: '{"content":"hello"}', actor_id: null, request_id: null, imported: false, ...facts,
})

describe('the frame of an event', () => {
  it('is made once, with the payload as it is', () => {
    const entry = new LogEntry(anEvent({ payload: '{"content":"é \\u0000", "odd":1e2}' }), 'epoch1')
    expect(entry.frame.text).toBe(
      `{"type":"message_sent","workspace_id":"${workspaceId}","channel_id":"${channelIdOf(0)}","cursor":"epoch1.3.7","seq":5,"data":{"content":"é \\u0000", "odd":1e2}}`)
    expect(entry.frame).toBe(entry.frame)
  })

  it('has no channel and no seq outside channels, and no workspace where there is none', () => {
    expect(JSON.parse(new LogEntry(anEvent({ stream_key: `u:${userIdOf(1)}`, seq: null, workspace_id: null, type: 'channel_read' }), 'e').frame.text))
      .toEqual({ type: 'channel_read', cursor: 'e.3.7', data: { content: 'hello' } })
  })
})

describe('an event', () => {
  it('for services, of an import or of a newer version is for no client', () => {
    const isForClients = (facts: Partial<PlacedEvent>) => new LogEntry(anEvent(facts), 'e').isForClients
    expect(isForClients({})).toBe(true)
    expect(isForClients({ imported: true })).toBe(false)
    expect(isForClients({ type: 'sessions_revoked', stream_key: `u:${userIdOf(1)}`, payload: '{"user_id":"u","session_ids":[]}' })).toBe(false)
    expect(isForClients({ type: 'not_known_yet' as PlacedEvent['type'] })).toBe(false)
    expect(isForClients({ type: 'toString' as PlacedEvent['type'] })).toBe(false)
  })

  it('about memberships that cannot be read says so, and is for nobody', () => {
    const entry = new LogEntry(anEvent({ type: 'member_joined', payload: 'garbage' }), 'e')
    expect([entry.isForClients, entry.change]).toEqual([false, undefined])
    expect(entry.fault).toBeInstanceOf(SyntaxError)
  })

  it('of an import changes memberships all the same', () => {
    const log = new LogModel()
    log.join(userIdOf(1), channelIdOf(0))
    const [joined] = log.events
    expect(joined && new LogEntry({ ...joined, imported: true }, 'e').change).toMatchObject({ kind: 'channel_joined', userId: userIdOf(1) })
  })
})
