import { describe, expect, it } from '@jest/globals'
import { createPasswordHasher } from './password-hasher.ts'

const cheap = { memoryKib: 64, passes: 1 }
const passwords = createPasswordHasher(cheap)

describe('passwords', () => {
  it('are hashed with argon2id, each with a salt of its own', async () => {
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
    expect(one).not.toBe(two)
    expect(await passwords.isRight('correct horse', one)).toBe(true)
    expect(await passwords.isRight('correct horsf', one)).toBe(false)
  })

  it('of a login that does not exist are wrong, whatever they are', async () => {
    expect(await passwords.isRight('correct horse', null)).toBe(false)
  })

  it('are not cut at 72 bytes, or anywhere', async () => {
    const long = 'a'.repeat(1000)
    const hash = await passwords.hash(`${long}1`)
    expect(await passwords.isRight(`${long}1`, hash)).toBe(true)
    expect(await passwords.isRight(`${long}2`, hash)).toBe(false)
  })

  it('are refused unread above 1,024 bytes', async () => {
    await expect(passwords.hash('é'.repeat(513))).rejects.toMatchObject({ kind: 'invalid', details: [{ path: '/password' }] })
    await expect(passwords.isRight('a'.repeat(1_000_000), null)).rejects.toMatchObject({ kind: 'invalid' })
    await expect(passwords.hash('é'.repeat(512))).resolves.toBeDefined()
  })

  it('are the same composed and decomposed', async () => {
    const hash = await passwords.hash('Caf\u00e9 au lait')
    expect(await passwords.isRight('Cafe\u0301 au lait', hash)).toBe(true)
  })

  it('are hashed a few at a time; beyond a long queue people are asked to come back', async () => {
    const results = await Promise.allSettled(Array.from({ length: 300 }, () => passwords.hash('x')))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(50)
    expect(results.length - refused.length).toBeGreaterThanOrEqual(200)
    for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'unavailable', retryAfterSeconds: expect.any(Number) })
    // The queue is free again.
    await expect(passwords.hash('x')).resolves.toBeDefined()
  })
})
