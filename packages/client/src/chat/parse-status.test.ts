import { expect, it } from '@jest/globals'
import { parseStatus } from './parse-status.ts'

it.each([
  ['having tea', 'having tea', null],
  ['🍵 having tea', 'having tea', '🍵'],
  [':tea: having tea', 'having tea', 'tea'],
  ['👩🏾‍💻', null, '👩🏾‍💻'],
  ['🍵tea', '🍵tea', null],
  [':tea: ', null, 'tea'],
])('says %j', (text, status_text, status_emoji) => {
  expect(parseStatus(text)).toEqual({ status_text, status_emoji })
})
