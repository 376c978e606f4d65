import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Tokens } from '../index.ts'
import { SessionFile } from './session-file.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'afrochat-session-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const tokens = (accessToken: string): Tokens => ({ userId: null, accessToken, refreshToken: 'r', expiresAtMs: 1 })
const path = () => join(directory, 'made', 'sessions.json')
const file = (url = 'http://a') => new SessionFile(path(), url)

describe('SessionFile', () => {
  it('keeps the sign-ins of several people at several servers apart', () => {
    file().save('ada', tokens('1'))
    file().save('kofi', tokens('2'))
    file('http://b').save('ada', tokens('3'))
    expect([file().load('ada'), file().load('kofi'), file('http://b').load('ada'), file().load('zuri')]).toEqual([tokens('1'), tokens('2'), tokens('3'), null])
    expect([file().lastLogin(), file('http://c').lastLogin()]).toEqual(['kofi', null])
  })

  it('can be read by its owner alone', () => {
    file().save('ada', tokens('1'))
    expect([path(), join(directory, 'made')].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o700])
  })

  it('forgets who signed out', () => {
    file().save('ada', tokens('1'))
    file().save('kofi', tokens('2'))
    file().save('ada', null)
    expect([file().load('ada'), file().load('kofi'), file().lastLogin()]).toEqual([null, tokens('2'), null])
  })

  it('is nobody’s when it is broken, or when a login has the name of something else', () => {
    file().save('ada', tokens('1'))
    expect(file().load('constructor')).toBeNull()
    writeFileSync(path(), '{"http://a": {')
    expect(file().load('ada')).toBeNull()
    file().save('ada', tokens('2'))
    expect(file().load('ada')).toEqual(tokens('2'))
  })
})
