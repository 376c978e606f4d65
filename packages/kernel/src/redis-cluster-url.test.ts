import { describe, expect, it } from '@jest/globals'
import { isRedisClusterUrl, readRedisClusterUrl } from './redis-cluster-url.ts'

describe('the URL of a Redis Cluster', () => {
  it.each([
    ['redis+cluster://one:7000,two,[::1]:7002', { nodes: [{ host: 'one', port: 7000 }, { host: 'two', port: 6379 }, { host: '::1', port: 7002 }], username: '', password: '', tls: false }],
    ['rediss+cluster://:p%40ss%2Fw@clustercfg.example:6380/', { nodes: [{ host: 'clustercfg.example', port: 6380 }], username: '', password: 'p@ss/w', tls: true }],
    ['redis+cluster://afro:chat@10.0.0.1:6379', { nodes: [{ host: '10.0.0.1', port: 6379 }], username: 'afro', password: 'chat', tls: false }],
  ])('names its nodes and how to sign in: %s', (url, address) => {
    expect(isRedisClusterUrl(url)).toBe(true)
    expect(readRedisClusterUrl(url)).toEqual(address)
  })

  it.each([
    'redis+cluster://', 'redis+cluster://one:7000,', 'redis+cluster://one:port', 'redis+cluster://one/1', 'redis+cluster://one?tls=true', 'redis+cluster://a@b@one', 'redis+cluster://:secret@',
  ])('is refused as a whole where a part of it cannot be read: %s', (url) => {
    expect(isRedisClusterUrl(url)).toBe(true)
    expect(readRedisClusterUrl(url)).toBeUndefined()
  })

  it('is none where it does not say so', () => {
    expect(['redis://one', 'rediss://one', 'http+cluster://one', 'one:7000'].map((url) => [isRedisClusterUrl(url), readRedisClusterUrl(url)])).toEqual(Array(4).fill([false, undefined]))
  })
})
