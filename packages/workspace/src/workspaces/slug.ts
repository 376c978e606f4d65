import { randomInt } from 'node:crypto'

const MAX_LENGTH = 40
/** For names without a Latin letter or digit. */
const FALLBACK = 'workspace'
const SUFFIX_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const SUFFIX_LENGTH = 5

/** The part of a workspace's address that its name suggests: `Café Addis!` → `cafe-addis`. */
export function slugOf(name: string): string {
  const words = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/gu, '-')
  return trimDashes(trimDashes(words).slice(0, MAX_LENGTH)) || FALLBACK
}

/** The same with a random ending, for when it is taken. Not a number: that would tell how many there are of the name. */
export function withSuffix(slug: string): string {
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_LETTERS.charAt(randomInt(SUFFIX_LETTERS.length))).join('')
  return `${trimDashes(slug.slice(0, MAX_LENGTH - SUFFIX_LENGTH - 1))}-${suffix}`
}

const trimDashes = (text: string) => text.replace(/^-+|-+$/g, '')
