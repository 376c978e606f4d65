import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { StatementCount } from './statement-count.ts'

const sized = (body: string) => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([length, Buffer.from(body)])
}
const message = (type: string, body = '') => Buffer.concat([Buffer.from(type), sized(body)])

/** A client that comes in, asks something simply, something once, and something that it keeps prepared twice. */
const conversation = Buffer.concat([
  sized('QEQE'), message('p', 'secret'), message('Q', 'select 1\0'), message('P', '\0select 2\0'), message('B', '\0\0'), message('E'), message('S'),
  message('P', 'kept\0select $1\0'), message('B', '\0kept\0'), message('E'), message('S'), message('B', '\0kept\0'), message('E'), message('S'), message('X'),
])
const all = () => true

describe('the count of statements', () => {
  it('is that of what was executed, however what the client says is cut', () => {
    fc.assert(fc.property(fc.array(fc.nat(conversation.length)), (cuts) => {
      const statements = new StatementCount()
      const hear = statements.listen()
      const bounds = [0, ...cuts.toSorted((a, b) => a - b), conversation.length]
      for (const [index, to] of bounds.slice(1).entries()) hear(conversation.subarray(bounds[index], to))
      expect([statements.of(all), statements.of((text) => text === 'select $1')]).toEqual([4, 2])
    }))
  })

  it('is that of all connections, each understood by itself', () => {
    const statements = new StatementCount()
    const [one, other] = [statements.listen(), statements.listen()]
    one(conversation.subarray(0, 20))
    other(conversation)
    one(conversation.subarray(20))
    expect(statements.of(all)).toBe(8)
  })
})
