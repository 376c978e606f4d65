import { describe, expect, it } from '@jest/globals'
import { explainPostgres, explainRedis } from './explain-failure.ts'

describe('what is told when a service does not start', () => {
  it.each([
    ['FATAL:  could not write to file "x": No space left on device', /^The disk that holds \/data is full: free some space/],
    ['initdb: error: could not create directory "/data": Read-only file system', /read-only file system: clone the project/],
    [
      'FATAL:  lock file "postmaster.pid" already exists\nHINT:  Is another postmaster (PID 4711) running in data directory "/data"?',
      /process id 4711: stop the other AfroChat/,
    ],
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', /^The port for PostgreSQL is taken/],
    ['FATAL:  database files are incompatible with server\nDETAIL: initialized by PostgreSQL version 17', /another version of PostgreSQL: move the folder away/],
    ['postgres: error while loading shared libraries: libxml2.so.2: cannot open shared object file', /needs the library libxml2\.so\.2: install it/],
    ['spawn /x/initdb ENOENT', /does not run on this system \(it needs glibc\): set DATABASE_URL/],
    ['initdb: error: could not access directory "/data": Permission denied', /may not read or write \/data: give the folder/],
    ['FATAL:  something new', /^PostgreSQL did not start; its last words were: FATAL: {2}something new$/],
  ])('PostgreSQL: %s', (log, sentence) => {
    expect(explainPostgres(log, '/data').message).toMatch(sentence)
  })

  it.each([
    ['# Warning: Could not create server TCP listening socket 127.0.0.1:1: bind: Address already in use', /^The port for Redis is taken/],
    ['Bad file format reading the append only file', /data that this Redis cannot read: delete that folder/],
    ['Fatal error: No space left on device', /^The disk that holds \/data is full/],
    ['', /^Redis did not start; its last words were: \(none\)$/],
  ])('Redis: %s', (log, sentence) => {
    expect(explainRedis(log, '/data').message).toMatch(sentence)
  })

  it('keeps all that the service said as the cause', () => {
    expect(explainRedis('the whole log', '/data').cause).toBe('the whole log')
  })
})
