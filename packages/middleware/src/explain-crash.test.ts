import { describe, expect, it } from '@jest/globals'
import { explanationOf } from './explain-crash.ts'

const failure = (message: string, facts: object) => Object.assign(new Error(message), facts)

describe('why a service ends', () => {
  it('is what the operator can do about it', () => {
    expect(explanationOf(failure('listen EADDRINUSE', { code: 'EADDRINUSE', port: 8080 }))).toMatch(/^Port 8080 is taken/)
    expect(explanationOf(failure('connect ECONNREFUSED', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 5432 }))).toMatch(/^Nothing answers at 127.0.0.1:5432/)
    expect(explanationOf(failure('', { code: 'ECONNREFUSED' }))).toMatch(/^Nothing answers at the address of DATABASE_URL/)
    expect(explanationOf(failure('relation "log_epoch" does not exist', { code: '42P01' }))).toMatch(/migrate:up/)
  })

  it('is the list of faults for wrong settings, without a stack', () => {
    const text = 'These settings must be put right:\n  - PORT must be a whole number'
    expect(explanationOf(failure(text, { name: 'ConfigError' }))).toBe(text)
  })

  it('is everything that is known of what nobody foresaw', () => {
    expect(explanationOf(failure('surprise', {}))).toMatch(/surprise[\s\S]+explain-crash\.test\.ts/)
    expect(explanationOf('a thrown text')).toBe("'a thrown text'")
  })
})
