import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isPublicAddress } from './public-address.ts'
import { parseTarget } from './target.ts'

const parse = (text: string, trusted: string[] = []) => parseTarget(text, { trusted: new Set(trusted) })

describe('a link', () => {
  it.each([
    'http://127.0.0.1', 'http://127.0.0.1#@good.example', 'http://0', 'http://127.1', 'http://2130706433', 'http://0x7f.1', 'http://017700000001', 'http://１２７.0.0.1',
    'http://%31%32%37.0.0.1', 'http://[::1]', 'http://[::]', 'http://[::ffff:127.0.0.1]', 'http://[::ffff:7f00:1]', 'http://[::ffff:8.8.8.8]', 'http://[::127.0.0.1]',
    'http://[64:ff9b::7f00:1]', 'http://[64:ff9b::8.8.8.8]', 'http://[64:ff9b:1::7f00:1]', 'http://[2002:7f00:1::]', 'http://[2001:0:7f00:1::]', 'http://[fe80::1]',
    'http://[fd00:ec2::254]', 'http://[fc00::1]', 'http://[ff02::1]', 'http://[100::1]', 'http://[2001:db8::1]', 'http://[3fff::1]', 'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1', 'http://172.16.0.1', 'http://172.31.255.255', 'http://192.168.1.1', 'http://100.64.0.1', 'http://100.100.100.200', 'http://192.0.0.192',
    'http://168.63.129.16', 'http://0.0.0.0', 'http://198.18.0.1', 'http://224.0.0.1', 'http://255.255.255.255', 'http://240.0.0.1', 'http://192.0.2.1', 'http://203.0.113.1',
  ])('to an address that is not public is not followed: %s', (url) => {
    expect(parse(url)).toBeUndefined()
  })

  it.each([
    'http://localhost', 'http://LOCALHOST.', 'http://ⓛocalhost', 'http://x.localhost', 'http://redis', 'http://postgres.', 'http://db.internal', 'http://metadata.google.internal',
    'http://printer.local', 'http://router.home.arpa',
  ])('to a name that is no public one is not followed: %s', (url) => {
    expect(parse(url)).toBeUndefined()
  })

  it.each([
    'file:///etc/passwd', 'gopher://example.com', 'ftp://example.com', 'javascript:alert(1)', 'data:text/html,x', 'ws://example.com', 'about:blank', 'example.com', '', '//example.com',
  ])('of another scheme is not followed: %s', (url) => {
    expect(parse(url)).toBeUndefined()
  })

  it.each(['http://user:pw@example.com', 'http://user@example.com', 'http://:pw@example.com', 'http://good@127.0.0.1', 'https://token@example.com/'])(
    'with credentials is not followed: %s', (url) => {
      expect(parse(url)).toBeUndefined()
    })

  it.each([22, 25, 53, 3000, 5432, 6379, 8080, 9200, 11211, 65535])('to port %i is not followed', (port) => {
    expect(parse(`http://example.com:${port}/`)).toBeUndefined()
    expect(parse(`https://example.com:${port}/`)).toBeUndefined()
  })

  it.each(['http:\\\\example.com', 'http://exam\tple.com', 'http://example.com/\r\nHost: x', ' http://example.com', 'http://example.com/ x', 'http://example.com/\u0000', `http://example.com/${'a'.repeat(2100)}`])(
    'that is not what it seems to be, or endless, is not followed: %j', (url) => {
      expect(parse(url)).toBeUndefined()
    })

  it.each([
    ['http://example.com', 'example.com', undefined], ['https://example.com:443/a?b#c', 'example.com', undefined], ['http://example.com:443', 'example.com:443', undefined],
    ['https://example.com:80', 'example.com:80', undefined], ['http://8.8.8.8/', '8.8.8.8', '8.8.8.8'], ['http://134744072/', '8.8.8.8', '8.8.8.8'],
    ['http://[2606:4700::1111]/', '[2606:4700::1111]', '2606:4700::1111'], ['https://bücher.example/', 'xn--bcher-kva.example', undefined],
  ])('to the public web is: %s', (url, host, address) => {
    const target = parse(url)
    expect([target?.url.host, target?.address]).toEqual([host, address])
  })

  it('to what a test trusts is followed, by host and port together', () => {
    expect(parse('http://127.0.0.1:4000/x', ['127.0.0.1:4000'])?.address).toBe('127.0.0.1')
    expect(parse('http://127.0.0.1:4001/x', ['127.0.0.1:4000'])).toBeUndefined()
    expect(parse('file://127.0.0.1:4000/x', ['127.0.0.1:4000'])).toBeUndefined()
  })

  it('is read relative to the page that it is on', () => {
    const base = new URL('https://example.com/a/b')
    expect(parseTarget('../c', { base, trusted: new Set() })?.url.href).toBe('https://example.com/c')
    expect(parseTarget('//127.0.0.1/', { base, trusted: new Set() })).toBeUndefined()
    expect(parseTarget('//example.org/', { base, trusted: new Set() })?.url.href).toBe('https://example.org/')
  })
})

describe('an address', () => {
  const octet = fc.integer({ min: 0, max: 255 })

  it('that names this machine is public in none of its spellings', () => {
    fc.assert(fc.property(octet, octet, octet, (b, c, d) => {
      const number = ((127 << 24) >>> 0) + (b << 16) + (c << 8) + d
      const hex = (part: number) => part.toString(16)
      const group = `${hex(127 * 256 + b)}:${hex(c * 256 + d)}`
      for (const host of [
        `127.${b}.${c}.${d}`, `${number}`, `0x${hex(number)}`, `0${number.toString(8)}`, `127.${(b << 16) + (c << 8) + d}`, `0x7f.${b}.${c}.${d}`,
        `[::ffff:${group}]`, `[::${group}]`, `[64:ff9b::${group}]`, `[2002:${group}::1]`, `[2001:0:${group}::1]`,
      ]) expect([host, parse(`http://${host}/`)]).toEqual([host, undefined])
    }))
  })

  it('of IPv6 is public in 2000::/3 alone', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16))
    fc.assert(fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const first = Number.parseInt(groups[0] ?? '', 16)
      if (first < 0x2000 || first > 0x3fff) expect(isPublicAddress(groups.join(':'))).toBe(false)
    }))
  })

  it('is never a text that is none', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      fc.pre(!/^[\d.]+$/.test(text) && !text.includes(':'))
      expect(isPublicAddress(text)).toBe(false)
    }))
  })
})
