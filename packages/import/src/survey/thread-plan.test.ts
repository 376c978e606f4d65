import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { NoticeBook } from '../report/notices.ts'
import { ThreadPlanner } from './thread-plan.ts'

describe('the plan of a channel’s threads', () => {
  it('knows roots, replies, who replied and when last, in whatever order it heard of them', () => {
    const { plan } = planOf([{ us: 30, threadUs: 10, by: 'b' }, { us: 10 }, { us: 20, threadUs: 10, by: 'a' }, { us: 40, threadUs: 10, by: 'b' }, { us: 50 }])
    expect(plan).toMatchObject({ messages: 5, replies: 3, threads: 1, oldestUs: 10, newestUs: 50 })
    expect([10, 20, 30, 40, 50].map((us) => plan.rootOf(us))).toEqual([undefined, 10, 10, 10, undefined])
    expect(plan.repliesTo(10)).toEqual({ count: 3, authors: ['a', 'b'], lastUs: 40 })
    expect(plan.repliesTo(50)).toBeUndefined()
  })

  it('hangs replies to replies under the first message, and says so', () => {
    const { plan, notices } = planOf([{ us: 10 }, { us: 20, threadUs: 10 }, { us: 30, threadUs: 20 }, { us: 40, threadUs: 30 }])
    expect([20, 30, 40].map((us) => plan.rootOf(us))).toEqual([10, 10, 10])
    expect(plan.repliesTo(10)?.count).toBe(3)
    expect(notices).toMatchObject([{ reason: 'reply_to_reply', count: 2 }])
  })

  it('makes roots of replies whose root is missing or younger', () => {
    const { plan, notices } = planOf([{ us: 10, threadUs: 5 }, { us: 20, threadUs: 30 }, { us: 30 }, { us: 40, threadUs: 10 }])
    expect([10, 20, 30, 40].map((us) => plan.rootOf(us))).toEqual([undefined, undefined, undefined, 10])
    expect(notices).toMatchObject([{ reason: 'reply_without_root', count: 2 }])
  })

  it('counts no deleted replies, and the first ten who replied', () => {
    const replies = Array.from({ length: 15 }, (_, index) => ({ us: 20 + index, threadUs: 10, by: `p${index}` }))
    const { plan } = planOf([{ us: 10 }, ...replies, { us: 90, threadUs: 10, isDeleted: true }])
    expect(plan.repliesTo(10)).toEqual({ count: 15, authors: replies.slice(0, 10).map(({ by }) => by), lastUs: 34 })
    expect(plan.rootOf(90)).toBe(10)
  })

  it('takes each time once', () => {
    const planner = new ThreadPlanner()
    expect(planner.add({ us: 10, threadUs: undefined, isDeleted: false }, 'a')).toBe(true)
    expect(planner.add({ us: 10, threadUs: 5, isDeleted: false }, 'b')).toBe(false)
    expect(planner.plan(new NoticeBook())).toMatchObject({ messages: 1, replies: 0 })
  })

  it('always gives threads of one level whose roots are older than their replies', () => {
    const time = fc.integer({ min: 1, max: 60 })
    const rows = fc.array(fc.record({ us: time, threadUs: fc.option(time, { nil: undefined }) }), { maxLength: 60 })
    fc.assert(fc.property(rows, (messages) => {
      const { plan } = planOf(messages)
      let replies = 0
      for (const { us } of new Map(messages.map((message) => [message.us, message])).values()) {
        const root = plan.rootOf(us)
        if (root === undefined) continue
        replies += 1
        expect(root).toBeLessThan(us)
        expect(plan.rootOf(root)).toBeUndefined()
        expect(plan.repliesTo(us)).toBeUndefined()
      }
      expect(replies).toBe(plan.replies)
    }))
  })
})

function planOf(messages: readonly { us: number; threadUs?: number | undefined; by?: string; isDeleted?: boolean }[]) {
  const planner = new ThreadPlanner()
  for (const { us, threadUs, by = 'x', isDeleted = false } of messages) planner.add({ us, threadUs: threadUs === us ? undefined : threadUs, isDeleted }, by)
  const notices = new NoticeBook()
  return { plan: planner.plan(notices), notices: notices.list() }
}
