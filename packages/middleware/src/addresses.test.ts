import { describe, expect, it } from '@jest/globals'
import { addressMatcher, countedAddress, plainAddress } from './addresses.ts'

describe('addressMatcher', () => {
  const isAllowed = addressMatcher(['127.0.0.0/8', '::1', '10.1.2.3', 'fd00::/8'])

  it.each(['127.0.0.1', '127.255.0.1', '::1', '10.1.2.3', 'fd12::1', '::ffff:127.0.0.1', '::FFFF:10.1.2.3'])('takes %s', (address) => {
    expect(isAllowed(address)).toBe(true)
  })

  it.each(['10.1.2.4', '128.0.0.1', '::2', 'fe80::1', '', 'localhost', '127.0.0.1.evil', '::ffff:10.1.2.4'])('refuses %s', (address) => {
    expect(isAllowed(address)).toBe(false)
  })

  it('takes nobody without a list', () => {
    expect(addressMatcher([])('127.0.0.1')).toBe(false)
  })
})

describe('plainAddress', () => {
  it('takes off the name of an interface and the IPv6 clothes of IPv4', () => {
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1')
    expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(plainAddress('2001:db8::1')).toBe('2001:db8::1')
  })
})

describe('countedAddress', () => {
  it('is one for all of an IPv6 network of 64 bits', () => {
    expect(countedAddress('2001:db8:0:7::1')).toBe('2001:db8:0:7::/64')
    expect(countedAddress('2001:0DB8:0000:0007:ffff::abcd')).toBe('2001:db8:0:7::/64')
    expect(countedAddress('2001:db8::7')).toBe('2001:db8:0:0::/64')
    expect(countedAddress('::1')).toBe('0:0:0:0::/64')
    expect(countedAddress('2001:db8:0:8::1')).not.toBe(countedAddress('2001:db8:0:7::1'))
  })

  it('is the address itself for IPv4', () => {
    expect(countedAddress('192.0.2.1')).toBe('192.0.2.1')
    expect(countedAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
  })
})
