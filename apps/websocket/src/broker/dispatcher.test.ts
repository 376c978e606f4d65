import { describe, expect, it } from '@jest/globals'
import { createLogger } from '@afrochat/logger'
import { Dispatcher, type Delivery } from './dispatcher.ts'

function aDispatcher() {
  const turns: (() => void)[] = []
  // Every piece of a delivery takes a turn of its own.
  const dispatcher = new Dispatcher({ logger: createLogger({ service: 'websocket', level: 'silent' }), sliceMs: -1, schedule: (run) => void turns.push(run) })
  const turn = () => turns.shift()?.()
  const settle = () => {
    while (turns.length > 0) turn()
  }
  return { dispatcher, turn, settle }
}

function* aDelivery(done: string[], name: string, pieces = 1): Delivery {
  for (let piece = 1; piece < pieces; piece += 1) {
    done.push(`${name}${piece}`)
    yield
  }
  done.push(`${name}${pieces}`)
}

describe('the dispatcher', () => {
  it('finishes one event before it begins the next, however often it pauses', () => {
    const { dispatcher, settle } = aDispatcher()
    const done: string[] = []
    dispatcher.enqueue([aDelivery(done, 'a', 3)])
    dispatcher.enqueue([aDelivery(done, 'b', 2)])
    settle()
    expect(done).toEqual(['a1', 'a2', 'a3', 'b1', 'b2'])
  })

  it('runs what asks for it between two events, never in the middle of one', async () => {
    const { dispatcher, turn, settle } = aDispatcher()
    const done: string[] = []
    dispatcher.enqueue([aDelivery(done, 'a', 3), aDelivery(done, 'b')])
    const task = dispatcher.between(() => done.push('task'))
    turn()
    expect(done).not.toContain('task')
    settle()
    await task
    expect(done).toEqual(['a1', 'a2', 'a3', 'task', 'b1'])
  })

  it('runs it at once when nothing is being delivered, also when asked by such a task', async () => {
    const { dispatcher, settle } = aDispatcher()
    const done: string[] = []
    const outer = dispatcher.between(() => {
      done.push('outer')
      void dispatcher.between(() => done.push('inner'))
    })
    settle()
    await outer
    expect(done).toEqual(['outer', 'inner'])
  })

  it('gives a failure of a task to the one who asked, and goes on', async () => {
    const { dispatcher, settle } = aDispatcher()
    const failing = dispatcher.between(() => {
      throw new Error('no')
    })
    settle()
    await expect(failing).rejects.toThrow('no')
    const next = dispatcher.between(() => 'yes')
    settle()
    expect(await next).toBe('yes')
  })

  it('goes on with the next event when one cannot be delivered', () => {
    const { dispatcher, settle } = aDispatcher()
    const done: string[] = []
    // eslint-disable-next-line require-yield -- it fails before it could
    const broken = (function* (): Delivery {
      throw new Error('broken')
    })()
    dispatcher.enqueue([broken, aDelivery(done, 'b')])
    settle()
    expect([done, dispatcher.backlog]).toEqual([['b1'], 0])
  })

  it('no longer pauses when more waits than memory should hold: reading the log waits with it', () => {
    const { dispatcher, turn } = aDispatcher()
    const done: string[] = []
    dispatcher.enqueue(Array.from({ length: 6_000 }, () => aDelivery(done, 'x')))
    turn()
    expect(done.length).toBeGreaterThanOrEqual(1_000)
    expect(dispatcher.backlog).toBeLessThanOrEqual(5_000)
  })
})
