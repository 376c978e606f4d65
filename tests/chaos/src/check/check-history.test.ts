import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { checkHistory } from './check-history.ts'
import type { Connection, Frame, History, Reader } from './history.ts'
import { aFrame, cursorAt, modelHistory, type Act } from './model-history.ts'

const rulesIn = (history: History) => [...new Set(checkHistory(history).violations.map(({ rule }) => rule))]

const users = fc.constantFrom('ada', 'bob', 'eve')
const channels = fc.constantFrom('general', 'random')
const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('join' as const, 'leave' as const), user: users, channel: channels }),
  fc.record({ kind: fc.constant('send' as const), user: users, channel: channels, outcome: fc.constantFrom('acknowledged' as const, 'unknown' as const, 'refused' as const) }),
)

/** Ada and Bob talk, Bob leaves, Ada goes on; Eve is in nothing. Ada's connection was cut once. */
const acts: Act[] = [
  { kind: 'join', user: 'ada', channel: 'general' },
  { kind: 'join', user: 'bob', channel: 'general' },
  { kind: 'send', user: 'ada', channel: 'general' },
  { kind: 'send', user: 'bob', channel: 'general' },
  { kind: 'send', user: 'ada', channel: 'general' },
  { kind: 'send', user: 'ada', channel: 'general', outcome: 'unknown' },
  { kind: 'send', user: 'ada', channel: 'general', outcome: 'refused' },
  { kind: 'leave', user: 'bob', channel: 'general' },
  { kind: 'send', user: 'ada', channel: 'general' },
]
const readers = ['ada', 'bob', 'eve']
const kept = modelHistory(acts, { readers, cuts: [4] })

const withStored = (change: Partial<History['stored']>): History => ({ ...kept, stored: { ...kept.stored, ...change } })
const withReader = (name: string, change: (reader: Reader) => Reader): History =>
  ({ ...kept, readers: kept.readers.map((reader) => (reader.userId === name ? change(reader) : reader)) })
/** Of their first connection. */
const withFrames = (name: string, change: (frames: readonly Frame[]) => readonly Frame[]): History => withReader(name, (reader) => ({
  ...reader, connections: reader.connections.map((connection, index) => (index === 0 ? { ...connection, frames: change(connection.frames) } : connection)),
}))
const { messages, events } = kept.stored
const recounted = (frames: readonly Frame[]) =>
  frames.map((frame, index) => (frame.type === 'heartbeat' ? { ...frame, sent: frames.slice(0, index).filter(({ channelId }) => channelId !== null).length } : frame))
const aLeak = (pos: number) => aFrame({ type: 'message_sent', cursor: cursorAt(pos), channelId: 'general', seq: pos, messageId: events[pos - 1]?.messageId ?? null })

describe('a history in which every promise is kept', () => {
  it('is found to be so, whatever happened and whenever connections broke', () => {
    fc.assert(fc.property(fc.array(anAct, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 4 }), (some, cuts) => {
      expect(checkHistory(modelHistory(some, { readers, cuts })).violations).toEqual([])
    }))
  })

  it('is told of: what was acknowledged, what came of unknown posts, what was received and how late', () => {
    expect(checkHistory(kept)).toMatchObject({ violations: [], acknowledged: 4, recovered: 1, received: 7, latency: { max: expect.any(Number) } })
  })
})

describe('a history that was doctored is found out', () => {
  const doctored: Record<string, [History, string]> = {
    'an acknowledged message is not stored': [withStored({ messages: messages.slice(1) }), 'lost'],
    'a message is stored twice': [withStored({ messages: [...messages, { ...messages[0], id: 'another' } as (typeof messages)[number]] }), 'doubled'],
    'a refused one is stored': [withStored({ messages: [...messages, { id: 'x', channelId: 'general', userId: 'ada', clientMsgId: 'c4', seq: 3 }] }), 'stored though refused'],
    'one is stored that nobody sent': [withStored({ messages: [...messages, { id: 'x', channelId: 'general', userId: 'ada', clientMsgId: 'c99', seq: 3 }] }), 'never sent'],
    'one is stored elsewhere than acknowledged': [{ ...kept, sends: kept.sends.map((send, index) => (index === 0 ? { ...send, message: { id: 'ada-1', seq: 99 } } : send)) }, 'not as acknowledged'],
    'two posts of a writer changed places': [{ ...kept, sends: kept.sends.map((send) => ({ ...send, counter: -send.counter })) }, 'out of order'],
    'a position is missing': [withStored({ events: events.filter(({ pos }) => pos !== 5) }), 'hole'],
    'a position is there twice': [withStored({ events: [...events, { ...events[4], stream: 'u:ada', channelId: null, seq: null } as (typeof events)[number]] }), 'number twice'],
    'a number of a channel is missing': [withStored({ events: events.map((event) => ((event.seq ?? 0) > 5 ? { ...event, seq: Number(event.seq) + 1 } : event)) }), 'hole'],
    'a channel begins in the middle': [withStored({ events: events.map((event) => ({ ...event, seq: Number(event.seq) + 1 })) }), 'hole'],
    'numbers of a channel are in another order than positions': [
      withStored({ events: events.map((event) => ({ ...event, seq: event.pos === 4 ? 5 : event.pos === 5 ? 4 : event.seq })) }), 'hole',
    ],
    'a message is not in the log': [withStored({ events: events.map((event) => (event.pos === 4 ? { ...event, type: 'message_updated' } : event)) }), 'not in the log'],
    'a frame is lost on the way': [withFrames('ada', (frames) => frames.filter((_, index) => index !== 3)), 'miscounted'],
    'an event was never sent to a reader': [withFrames('ada', (frames) => recounted(frames.filter((_, index) => index !== 3))), 'not received'],
    'a frame comes twice': [withFrames('ada', (frames) => recounted([...frames.slice(0, 3), ...frames.slice(2)])), 'received twice'],
    'two frames changed places': [withFrames('ada', (frames) => [frames[0], frames[2], frames[1], ...frames.slice(3)].filter((frame) => frame !== undefined)), 'not in order'],
    'what was sent before the break comes again': [
      withReader('ada', (reader) => ({ ...reader, connections: reader.connections.map((one, index) => (index === 1 ? { ...one, resumedFrom: cursorAt(6) } : one)) })), 'not in order',
    ],
    'somebody who is in no channel gets a message': [withFrames('eve', (frames) => recounted([...frames.slice(0, 1), aLeak(3), ...frames.slice(1)])), 'leaked'],
    'somebody who left gets the next message': [
      withReader('bob', (reader) => ({ ...reader, connections: reader.connections.map((one, index) => (index === 1 ? withLast(one, aLeak(8)) : one)) })), 'leaked',
    ],
    'a reader was told to catch up and did not find a message': [withReader('ada', (reader) => begunAnew(reader, [])), 'not received'],
  }

  it.each(Object.entries(doctored))('%s', (_name, [history, rule]) => {
    expect(rulesIn(history)).toContain(rule)
  })

  it('whichever frame it is that a reader did not get, or got twice', () => {
    fc.assert(fc.property(fc.nat(), fc.boolean(), (choice, isTwice) => {
      const all = kept.readers.flatMap(({ userId, connections }) => connections.flatMap(({ frames }, index) =>
        frames.flatMap(({ type }, at) => (type === 'hello' || type === 'heartbeat' ? [] : [{ userId, index, at }]))))
      const chosen = all[choice % all.length]
      const history = withReader(chosen?.userId ?? '', (reader) => ({
        ...reader,
        connections: reader.connections.map((one, index) => (index === chosen?.index
          ? { ...one, frames: recounted(one.frames.flatMap((frame, at) => (at === chosen.at ? (isTwice ? [frame, frame] : []) : [frame]))) }
          : one)),
      }))
      expect(rulesIn(history)).toContain(isTwice ? 'received twice' : 'not received')
    }))
  })

  it('and not when a reader who left while away is not told what was said before they left, but of their leaving', () => {
    expect(rulesIn(withReader('bob', (reader) => awayFrom4To8(reader, ({ seq }) => seq === 7)))).toEqual([])
    expect(rulesIn(withReader('bob', (reader) => awayFrom4To8(reader, () => false)))).toEqual(['not received'])
    expect(rulesIn(withReader('ada', (reader) => awayFrom4To8(reader, ({ seq }) => (seq ?? 0) > 6)))).toEqual(['not received'])
  })

  it('also when they left between the first frame and the answer to the resume: what counts is when it was answered', () => {
    const answered = (reader: Reader) => awayFrom4To8(reader, ({ seq }) => seq === 7, { hello: 6 })
    expect(rulesIn(withReader('bob', answered))).toEqual([])
    expect(rulesIn(withReader('ada', answered))).toEqual(['not received'])
  })

  it('and not when a client was late to resume: what happened meanwhile came first, and again in its place', () => {
    const late = (change: (frames: readonly Frame[]) => readonly Frame[] = (frames) => frames) =>
      withReader('ada', (reader) => ({ ...reader, connections: reader.connections.map((one, index) => (index === 1 ? hasty(one, change) : one)) }))
    expect(rulesIn(late())).toEqual([])
    expect(rulesIn(late((frames) => frames.slice(1)))).toEqual(['not received'])
    expect(rulesIn(late((frames) => [...frames, ...frames]))).toContain('not in order')
  })

  it('and not when a reader who was told to catch up found everything', () => {
    const asked = messages.map(({ id }) => id)
    expect(rulesIn(withReader('ada', (reader) => begunAnew(reader, asked)))).toEqual([])
  })
})

function withLast({ frames, ...connection }: Connection, frame: Frame): Connection {
  return { ...connection, frames: recounted([...frames.slice(0, -1), frame, ...frames.slice(-1)]) }
}

/** Came back when everything had happened, and got these of its frames as the answer to its resume. */
function awayFrom4To8(reader: Reader, isGot: (frame: Frame) => boolean, { hello = 8 } = {}): Reader {
  const [first, second] = reader.connections
  if (first === undefined || second === undefined) throw new Error('The reader was not cut off')
  const got = second.frames.filter((frame) => frame.channelId !== null && isGot(frame))
  const end = second.frames.at(-1)
  const frames = [aFrame({ type: 'hello', cursor: cursorAt(hello) }), ...got, aFrame({ type: 'resumed' }), { ...end, sent: got.length } as Frame]
  return { ...reader, connections: [first, { ...second, frames }] }
}

/** Its last event came first, as the gateway did not wait for the resume, and then the answer to that. */
function hasty({ resumedFrom, frames }: Connection, change: (frames: readonly Frame[]) => readonly Frame[]): Connection {
  const answer = frames.filter(({ channelId }) => channelId !== null)
  const [last, heartbeat] = [answer.at(-1), frames.at(-1)]
  if (last === undefined || heartbeat === undefined) throw new Error('Nothing came')
  return { resumedFrom, frames: recounted([aFrame({ type: 'hello', cursor: cursorAt(7) }), last, ...change(answer), aFrame({ type: 'resumed' }), heartbeat]) }
}

/** Its second connection brought nothing: its cursor was too old, and it asked for the messages instead. */
function begunAnew(reader: Reader, messageIds: readonly string[]): Reader {
  const [first, second] = reader.connections
  if (first === undefined || second === undefined) throw new Error('The reader was not cut off')
  const [hello] = second.frames
  const end = second.frames.at(-1)
  const frames = [hello, aFrame({ type: 'resync_required' }), { ...end, sent: 0 } as Frame].filter((frame) => frame !== undefined)
  return { ...reader, connections: [first, { resumedFrom: null, frames }], catchUps: [{ channelId: 'general', messageIds }] }
}
