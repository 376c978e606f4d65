import { describe, expect, it } from '@jest/globals'
import type { SessionId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import type { TextFrame } from '@afrochat/websocket'
import type { CatchUp } from '../hub/catch-up.ts'
import type { ClientSession } from '../protocol/client-session.ts'
import { Heartbeats } from './heartbeats.ts'

interface Facts {
  readonly state?: string
  readonly isExpired?: boolean
  readonly silenceMs?: number
  readonly mustStartOver?: boolean
}

function aSession(id: string, { state = 'live', isExpired = false, silenceMs = 0, mustStartOver = false }: Facts = {}) {
  const log: string[] = []
  const connection = {
    silence: silenceMs,
    send: ({ text }: TextFrame) => void log.push(text),
    close: (code: number) => void log.push(`close ${code}`),
    terminate: () => void log.push('terminated'),
    ping: () => void log.push('ping'),
    silenceMs: () => connection.silence,
  }
  const session = { connection, isExpired, subscriber: { state, mustStartOver, sent: 3, sessionId: id as SessionId } }
  return { session: session as unknown as ClientSession, connection, log }
}

function theHeartbeats({ dead = [] as string[], heartbeatSeconds = 1, fails = false } = {}) {
  const asked: string[][] = []
  const heartbeats = new Heartbeats({
    catchUp: { cursorOf: () => 'epoch.0.9' } as unknown as CatchUp,
    heartbeatSeconds,
    logger: createLogger({ service: 'websocket', level: 'silent' }),
    async areSessionsLive(ids) {
      asked.push([...ids])
      if (fails) throw new Error('the database is away')
      return new Set(ids.filter((id) => !dead.includes(id)))
    },
  })
  return { heartbeats, asked }
}

describe('once a revolution of the wheel', () => {
  it('every connection gets a heartbeat with its cursor and the count of its frames, and its session is looked at, all in one query', async () => {
    const { heartbeats, asked } = theHeartbeats({ heartbeatSeconds: 2 })
    const sessions = ['a', 'b', 'c', 'd'].map((id) => aSession(id))
    for (const { session } of sessions) heartbeats.add(session)
    await heartbeats.turn()
    await heartbeats.turn()
    for (const { log } of sessions) {
      expect(log.filter((line) => line.startsWith('{'))).toEqual(['{"type":"heartbeat","cursor":"epoch.0.9","data":{"sent":3}}'])
    }
    expect(asked).toEqual([['a', 'c'], ['b', 'd']])
  })

  it('one whose session has ended is closed with 4010, one whose token has with 4001', async () => {
    const { heartbeats } = theHeartbeats({ dead: ['dead'] })
    const [dead, expired, good] = [aSession('dead'), aSession('expired', { isExpired: true }), aSession('good')]
    for (const { session } of [dead, expired, good]) heartbeats.add(session)
    await heartbeats.turn()
    expect(dead.log.at(-1)).toBe('close 4010')
    expect(expired.log[0]).toBe('close 4001')
    expect(good.log.filter((line) => line.startsWith('close'))).toEqual([])
  })

  it('nobody is closed because the database is away', async () => {
    const { heartbeats } = theHeartbeats({ fails: true })
    const one = aSession('one')
    heartbeats.add(one.session)
    await heartbeats.turn()
    expect(one.log.filter((line) => line.startsWith('close'))).toEqual([])
  })

  it('one to which what it missed has yet to come, or that has yet to ask for it, is told no place up to which all has come', async () => {
    const { heartbeats } = theHeartbeats()
    const sessions = [aSession('held', { state: 'held' }), aSession('resuming', { state: 'catching-up' })]
    for (const { session } of sessions) heartbeats.add(session)
    await heartbeats.turn()
    for (const { log } of sessions) expect(log.filter((line) => line.startsWith('{'))).toEqual(['{"type":"heartbeat","data":{"sent":3}}'])
  })

  it('one without its `hello`, or whose life of the log has ended, gets no cursor', async () => {
    const { heartbeats } = theHeartbeats()
    const sessions = [aSession('new', { state: 'new' }), aSession('void', { mustStartOver: true })]
    for (const { session } of sessions) heartbeats.add(session)
    await heartbeats.turn()
    expect(sessions.flatMap(({ log }) => log).filter((line) => line.startsWith('{'))).toEqual([])
  })
})

describe('a client that does not answer', () => {
  it('is pinged every 20 seconds and cut off after 45 of silence, however quiet its user may be', async () => {
    const { heartbeats } = theHeartbeats()
    const { session, connection, log } = aSession('a')
    heartbeats.add(session)
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second += 1) {
        connection.silence += 1_000
        await heartbeats.turn()
      }
    }
    await seconds(44)
    expect(log.filter((line) => line === 'ping')).toHaveLength(3)
    expect(log).not.toContain('terminated')
    await seconds(1)
    expect(log).toContain('terminated')
  })

  it('is left alone when it is heard again', async () => {
    const { heartbeats } = theHeartbeats()
    const { session, connection, log } = aSession('a', { silenceMs: 44_000 })
    heartbeats.add(session)
    await heartbeats.turn()
    connection.silence = 0
    for (let second = 0; second < 30; second += 1) await heartbeats.turn()
    expect(log).not.toContain('terminated')
  })

  it('is not one that a gateway could not hear because it stood still', async () => {
    const { heartbeats } = theHeartbeats()
    const { session, connection, log } = aSession('a', { silenceMs: 60_000 })
    heartbeats.add(session)
    await heartbeats.turn()
    connection.silence = 900
    await heartbeats.turn()
    expect(log.filter((line) => !line.startsWith('{'))).toEqual(['ping'])
  })
})
