import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Tokens } from '../index.ts'
import { SessionStore } from './session-store.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'afrochat-session-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const tokens = (accessToken: string): Tokens => ({ userId: null, accessToken, refreshToken: 'r', expiresAtMs: 1 })
const directory = () => join(home, 'made')
const store = (url = 'http://a') => new SessionStore(directory(), url)

describe('SessionStore', () => {
  it('keeps the sign-ins of several people at several servers apart', () => {
    store().save('ada', tokens('1'))
    store().save('kofi', tokens('2'))
    store('http://b').save('ada', tokens('3'))
    expect([store().load('ada'), store().load('kofi'), store('http://b').load('ada'), store().load('zuri')]).toEqual([tokens('1'), tokens('2'), tokens('3'), null])
    expect([store().lastLogin(), store('http://b').lastLogin(), store('http://c').lastLogin()]).toEqual(['kofi', 'ada', null])
  })

  it('can be read by its owner alone', () => {
    store().save('../../ada', tokens('1'))
    const files = readdirSync(directory())
    expect(files).toHaveLength(2)
    expect([directory(), ...files.map((name) => join(directory(), name))].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o600])
  })

  it('forgets who signed out', () => {
    store().save('ada', tokens('1'))
    store().save('kofi', tokens('2'))
    store().save('ada', null)
    expect([store().load('ada'), store().load('kofi'), store().lastLogin()]).toEqual([null, tokens('2'), 'kofi'])
  })

  it('knows nobody when it is broken', () => {
    store().save('ada', tokens('1'))
    for (const name of readdirSync(directory())) writeFileSync(join(directory(), name), '{"acces')
    expect([store().load('ada'), store().lastLogin()]).toEqual([null, null])
    store().save('ada', tokens('2'))
    expect(store().load('ada')).toEqual(tokens('2'))
  })
})
