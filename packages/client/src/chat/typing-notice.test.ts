import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { TypingNotice } from './typing-notice.ts'

let shown: string[][]
let notice: TypingNotice
beforeEach(() => {
  jest.useFakeTimers()
  shown = []
  notice = new TypingNotice((userIds) => void shown.push(userIds))
})
afterEach(() => {
  jest.useRealTimers()
})

it('shows who types until they send, or have not been heard of for six seconds', () => {
  notice.heard('ada')
  notice.heard('kofi')
  notice.stopped('ada')
  jest.advanceTimersByTime(5_000)
  notice.heard('kofi')
  jest.advanceTimersByTime(5_999)
  expect(shown).toEqual([['ada'], ['ada', 'kofi'], ['kofi']])
  jest.advanceTimersByTime(1)
  expect(shown.at(-1)).toEqual([])
})

it('forgets everybody when another channel is opened', () => {
  notice.heard('ada')
  notice.heard('kofi')
  notice.clear()
  expect(shown.at(-1)).toEqual([])
  jest.advanceTimersByTime(10_000)
  expect(shown).toHaveLength(4)
})
