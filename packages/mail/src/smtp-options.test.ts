import { expect, it } from '@jest/globals'
import { smtpOptions, tlsFor } from './smtp-options.ts'

it.each([
  ['smtp.example.com', true, 'required'],
  ['smtp.example.com', false, 'offered'],
  ['localhost.example.com', true, 'required'],
  ['127.example.com', true, 'required'],
  ['10.0.0.1', true, 'required'],
  ['localhost', true, 'offered'],
  ['mail.localhost', true, 'offered'],
  ['127.0.0.1', true, 'offered'],
  ['127.8.8.8', true, 'offered'],
  ['::1', true, 'offered'],
] as const)('to %s, with SMTP_REQUIRE_TLS=%j, TLS is %s', (host, isRequired, expected) => {
  expect(tlsFor(host, isRequired)).toBe(expected)
})

it('checks the certificate of everybody but this machine, and of this machine too where TLS is required of it', () => {
  const checks = (host: string, tls: 'required' | 'offered') => smtpOptions({ host, port: 587, username: null, password: null, tls }).tls?.rejectUnauthorized
  expect([checks('smtp.example.com', 'offered'), checks('smtp.example.com', 'required'), checks('localhost', 'required'), checks('localhost', 'offered')])
    .toEqual([true, true, true, false])
})

it('speaks TLS from the first byte on port 465', () => {
  const secure = (port: number) => smtpOptions({ host: 'smtp.example.com', port, username: null, password: null, tls: 'required' }).secure
  expect([secure(465), secure(587), secure(25)]).toEqual([true, false, false])
})
