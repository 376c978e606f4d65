import { DomainError, toSingleLine } from '@afrochat/kernel'
import { normalizeChannelName } from '../channels/channel-name.ts'

const MAX_CODE_POINTS = 80
/** For a name of which nothing is left. */
const FALLBACK = 'imported'

/** A name that channels may have, like this one: `#Team: Café!` → `team-café`. */
export function importedChannelName(name: string): string {
  const words = toSingleLine(name).toLowerCase().normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
  return cut(words.replace(/^[^\p{L}\p{N}]+/u, ''), MAX_CODE_POINTS).replace(/[._-]+$/, '') || FALLBACK
}

/** The names to try, one after the other: the name, `name-2`, `name-3` … without those that are reserved. */
export function* candidatesFor(name: string): Generator<string, never, undefined> {
  const base = importedChannelName(name)
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? '' : `-${number}`
    const candidate = `${cut(base, MAX_CODE_POINTS - ending.length)}${ending}`
    if (isAllowed(candidate)) yield candidate
  }
}

const cut = (text: string, codePoints: number) => Array.from(text).slice(0, codePoints).join('')

function isAllowed(name: string): boolean {
  try {
    return normalizeChannelName(name) === name
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}
