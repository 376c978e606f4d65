import { expect, it } from '@jest/globals'
import { senderOf } from './start-mail.ts'

it.each([
  [{ sender: { name: 'Chat', address: 'chat@example.org' }, username: 'me@example.com' }, { name: 'Chat', address: 'chat@example.org' }],
  [{ sender: null, username: 'me@example.com' }, { name: 'AfroChat', address: 'me@example.com' }],
  [{ sender: null, username: 'apikey' }, { name: 'AfroChat', address: 'no-reply@chat.example.org' }],
  [{ sender: null, username: null }, { name: 'AfroChat', address: 'no-reply@chat.example.org' }],
])('with %j, mails are from %j', (settings, expected) => {
  expect(senderOf(settings, 'https://chat.example.org')).toEqual(expected)
})
