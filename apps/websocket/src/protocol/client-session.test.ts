import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type { AccessFacts } from '@afrochat/auth'
import { newId, type SessionId, type UserId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import type { Connection } from '@afrochat/websocket'
import type { TextFrame } from '@afrochat/websocket'
import type { CatchUp } from '../hub/catch-up.ts'
import { Hub } from '../hub/hub.ts'
import type { Subscriber } from '../hub/subscriber.ts'
import { ClientSession, type SessionDeps } from './client-session.ts'
import type { Handlers } from './handlers.ts'

const facts: AccessFacts = { userId: newId<UserId>(), sessionId: newId<SessionId>(), expiresAtMs: Infinity }

/** A session whose connection and hub are only as real as it takes. */
function aSession(changes: { handlers?: Partial<Handlers>; deps?: Partial<SessionDeps>; facts?: Partial<AccessFacts> | null } = {}) {
  const sent: { type: string; id?: string; data: { code?: string } }[] = []
  const closes: number[] = []
  const state = { isPaused: false }
  const connection = {
    listen: () => undefined,
    send: ({ text }: TextFrame) => void sent.push(JSON.parse(text) as (typeof sent)[number]),
    close(code: number) {
      if (closes.length === 0) session.onEnd(code)
      closes.push(code)
    },
    pauseReading: () => void (state.isPaused = true),
    resumeReading: () => void (state.isPaused = false),
  } as unknown as Connection
  const done: string[] = []
  const noted: string[] = []
  const handle = (name: string) => async () => {
    done.push(name)
    return {} as never // What it answers is no matter here.
  }
  const catchUp = {
    async attach(subscriber: Subscriber, onHeld: (cursor: string) => void) {
      subscriber.state = 'held'
      onHeld('epoch.0.1')
    },
    goLive: async () => void done.push('live'),
  } as unknown as CatchUp
  const session: ClientSession = new ClientSession(connection, {
    hub: new Hub(), catchUp,
    handlers: {
      authenticate: handle('authenticate'), resume: handle('resume'), ping: handle('ping'), typing: handle('typing'),
      presence: handle('presence'), watch_presence: handle('watch_presence'),
      send_message: handle('send_message'), mark_read: handle('mark_read'), ...changes.handlers,
    },
    presence: {
      enter: () => void noted.push('enter'), act: () => void noted.push('act'), leave: () => void noted.push('leave'),
    },
    authenticate: () => facts,
    isRevoked: () => false,
    isLive: () => true,
    observer: { opened: () => undefined, closed: () => undefined },
    settings: { heartbeatSeconds: 30, maxPerUser: 0, commands: null, resumes: null },
    logger: createLogger({ service: 'websocket', level: 'silent' }),
    ...changes.deps,
  })
  session.start(changes.facts === null ? undefined : { ...facts, ...changes.facts })
  return { session, sent, closes, done, noted, state }
}

const settled = () => new Promise(setImmediate)

describe('the frames of a client', () => {
  it('are handled one after the other, however long one takes', async () => {
    const order: string[] = []
    const gates: (() => void)[] = []
    const { session, sent } = aSession({
      handlers: {
        async ping() {
          order.push('begins')
          await new Promise<void>((resolve) => gates.push(resolve))
          order.push('ends')
          return {}
        },
      },
    })
    for (const id of ['1', '2']) session.onText(JSON.stringify({ type: 'ping', id }))
    await settled()
    expect(order).toEqual(['begins'])
    for (let count = 0; count < 2; count += 1) {
      gates.shift()?.()
      await settled()
    }
    await session.idle()
    expect(order).toEqual(['begins', 'ends', 'begins', 'ends'])
    expect(sent.filter(({ type }) => type === 'ack').map(({ id }) => id)).toEqual(['1', '2'])
  })

  it('wait with the client when too many wait here', async () => {
    const gates: (() => void)[] = []
    const { session, state } = aSession({
      handlers: {
        ping: () => new Promise((resolve) => gates.push(() => resolve({}))),
      },
    })
    for (let count = 0; count < 40; count += 1) session.onText('{"type":"ping"}')
    await settled()
    expect(state.isPaused).toBe(true)
    while (gates.length > 0) {
      gates.shift()?.()
      await settled()
    }
    expect(state.isPaused).toBe(false)
  })

  it('let events through, unless the first is a resume, which does so itself', async () => {
    const [pinging, resuming] = [aSession(), aSession()]
    pinging.session.onText('{"type":"ping"}')
    resuming.session.onText('{"type":"resume","data":{"cursor":"x"}}')
    await settled()
    expect([pinging.done, resuming.done]).toEqual([['live', 'ping'], ['resume']])
    pinging.session.onEnd(1000)
    resuming.session.onEnd(1000)
  })
})

describe('a failure inside a handler', () => {
  it('is a generic error for its client, and nothing else', async () => {
    const { session, sent, closes } = aSession({
      handlers: {
        ping() {
          throw new Error('secret detail')
        },
      },
    })
    session.onText('{"type":"ping","id":"1"}')
    await settled()
    expect(sent.at(-1)).toEqual({ type: 'error', id: '1', data: { error: 'Something went wrong on our side', code: 'internal_error' } })
    expect(closes).toEqual([])
    session.onEnd(1000)
  })
})

describe('a command', () => {
  it('of a session that was ended while the log could not be read is not carried out', async () => {
    const { session, done, closes } = aSession({ deps: { isLive: async () => false } })
    session.onText('{"type":"mark_read","data":{"channel_id":"0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11","seq":1}}')
    await settled()
    expect(closes).toEqual([4010])
    expect(done).not.toContain('mark_read')
  })

  it('of a token that has expired is not carried out', async () => {
    const { session, done, closes } = aSession({ facts: { expiresAtMs: Date.now() - 1 } })
    session.onText('{"type":"ping"}')
    await settled()
    expect(closes).toEqual([4001])
    expect(done).not.toContain('ping')
  })
})

describe('a client that authenticates by its first frame', () => {
  afterEach(() => void jest.useRealTimers())

  it('is closed with 4001 when that does not come, and told to come back when it cannot be checked', async () => {
    jest.useFakeTimers()
    const [silent, unchecked] = [aSession({ facts: null }), aSession({ facts: null, deps: { authenticate: () => new Promise(() => undefined) } })]
    await jest.advanceTimersByTimeAsync(4_900)
    unchecked.session.onText('{"type":"authenticate","data":{"token":"t"}}')
    await jest.advanceTimersByTimeAsync(1_000)
    expect([silent.closes, unchecked.closes]).toEqual([[4001], []])
    await jest.advanceTimersByTimeAsync(5_000)
    expect(unchecked.closes).toEqual([1013])
  })

  it('is not closed for a gateway that was late: what came in time is read first', async () => {
    jest.useFakeTimers()
    const { session, sent, closes } = aSession({ facts: null })
    // As a loop does that was held up: timers that are due, then what came in.
    jest.advanceTimersByTime(5_000)
    session.onText('{"type":"authenticate","data":{"token":"t"}}')
    await jest.advanceTimersByTimeAsync(100)
    expect([sent[0]?.type, closes]).toEqual(['hello', []])
    session.onEnd(1000)
  })
})

describe('a session that was revoked while its connection was being made', () => {
  it('gets no hello', async () => {
    const { sent, closes } = aSession({ deps: { isRevoked: () => true } })
    await settled()
    expect([sent, closes]).toEqual([[], [4010]])
  })
})

describe('a connection', () => {
  it('is a device of its user from its `hello` to its end, over which they do what no client does by itself', async () => {
    const { session, noted } = aSession()
    const place = { channel_id: '0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11' }
    const frames = [
      ['ping', {}], ['watch_presence', { user_ids: [] }], ['typing', place], ['presence', { presence: 'away' }], ['mark_read', { ...place, seq: 1 }],
      ['send_message', { ...place, content: 'x' }],
    ] as const
    for (const [type, data] of frames) session.onText(JSON.stringify({ type, data }))
    await session.idle()
    session.onEnd(1000)
    expect(noted).toEqual(['enter', 'act', 'act', 'leave'])
  })

  it('that never got as far as `hello` is none', async () => {
    const { session, noted } = aSession({ deps: { isRevoked: () => true } })
    session.onEnd(1000)
    await settled()
    expect(noted).not.toContain('enter')
  })
})
