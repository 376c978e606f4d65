import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DomainError } from '@afrochat/kernel'
import { readHandshake } from './handshake.ts'

const rules = { path: '/ws', allowedOrigins: ['https://chat.example.org'] }
const request = (url: string, headers: Record<string, string> = {}) => ({ url, headers }) as unknown as IncomingMessage
const read = (url: string, headers?: Record<string, string>) => readHandshake(request(url, headers), rules)

function refusal(url: string, headers?: Record<string, string>): string {
  try {
    read(url, headers)
  } catch (error) {
    if (error instanceof DomainError) return `${error.kind} ${error.code}`
    throw error
  }
  return 'none'
}

describe('the tokens of a handshake', () => {
  it('come from the header and from a subprotocol, each once', () => {
    expect(read('/ws').tokens).toEqual([])
    expect(read('/ws', { authorization: 'Bearer abc' }).tokens).toEqual(['abc'])
    expect(read('/ws', { authorization: 'bearer  abc' }).tokens).toEqual(['abc'])
    expect(read('/ws', { 'sec-websocket-protocol': 'afrochat.v1, bearer.abc' }).tokens).toEqual(['abc'])
    expect(read('/ws', { authorization: 'Bearer abc', 'sec-websocket-protocol': 'bearer.abc,afrochat.v1' }).tokens).toEqual(['abc'])
    expect(read('/ws', { authorization: 'Bearer abc', 'sec-websocket-protocol': 'afrochat.v1,bearer.xyz' }).tokens).toEqual(['abc', 'xyz'])
  })

  it('come from no other kind of authorization', () => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b', 'abc', '']) {
      expect(refusal('/ws', { authorization })).toBe('unauthenticated invalid_token')
    }
  })

  it('never come from the URL: whatever looks like one there is refused', () => {
    for (const query of ['token=a', 'Access_Token=a', 'x=eyJhbGciOiJIUzI1NiJ9.eyJh.b', 'x=Bearer%20eyJhbGciOiJIUzI1NiJ9.eyJh.b', 'eyJhbGciOiJIUzI1NiJ9.eyJh.b', 'jwt', 'api_key=1']) {
      expect(refusal(`/ws?${query}`)).toBe('invalid token_in_url')
    }
    expect(refusal('/ws?v=1')).toBe('none')
  })
})

describe('a handshake', () => {
  it('is for one path only', () => {
    for (const url of ['/', '/ws/', '/WS', '/ws/../ws2', '', '//ws']) expect(refusal(url)).toBe('not_found not_found')
  })

  it('comes from an allowed page, or from no page', () => {
    expect(refusal('/ws')).toBe('none')
    expect(refusal('/ws', { origin: 'https://chat.example.org' })).toBe('none')
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom('null', 'https://chat.example.org.evil', 'https://chat.example.org:8443')), (origin) => {
      fc.pre(origin !== 'https://chat.example.org')
      expect(refusal('/ws', { origin })).toBe('forbidden origin_not_allowed')
    }))
  })

  it('offers the subprotocol, or none', () => {
    expect(refusal('/ws', { 'sec-websocket-protocol': 'soap' })).toBe('invalid unsupported_subprotocol')
    expect(refusal('/ws', { 'sec-websocket-protocol': 'bearer.abc' })).toBe('invalid unsupported_subprotocol')
  })
})
