import type { IncomingMessage } from 'node:http'
import { expect, it } from '@jest/globals'
import { createClientAddress } from './client-address.ts'

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

it('is that of the connection, whatever the headers say', () => {
  expect(createClientAddress([])(request('192.0.2.1', '198.51.100.1'))).toBe('192.0.2.1')
})

it('is, behind trusted proxies, the last that is none of theirs', () => {
  const addressOf = createClientAddress(['10.0.0.0/8'])
  expect(addressOf(request('10.0.0.1', '203.0.113.9, 198.51.100.1, 10.0.0.2'))).toBe('198.51.100.1')
  expect(addressOf(request('10.0.0.1'))).toBe('10.0.0.1')
  expect(addressOf(request('::ffff:10.0.0.1', '2001:db8::1'))).toBe('2001:db8:0:0::/64')
})
