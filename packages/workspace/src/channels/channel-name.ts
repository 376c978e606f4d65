import { DomainError, toSingleLine } from '@afrochat/kernel'

const MAX_CODE_POINTS = 80
/** Letters, marks and digits of any script, and `-`, `_`, `.` between or after them. */
const SHAPE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u

/** Words that mean something in a message after `@` or `#`, or that could pass for the system. */
const RESERVED: ReadonlySet<string> = new Set([
  'here', 'channel', 'channels', 'everyone', 'all', 'group', 'admin', 'administrator', 'owner', 'system', 'afrochat', 'slackbot', 'me', 'null', 'undefined',
])

/** The name as it is kept: composed and in lower case. Throws `invalid_name` or `name_reserved`. */
export function normalizeChannelName(text: string): string {
  // Composed again at the end: putting a letter in lower case can take it apart.
  const name = toSingleLine(text).toLowerCase().normalize('NFC')
  if (!SHAPE.test(name) || Array.from(name).length > MAX_CODE_POINTS) throw invalidName()
  if (isReserved(name)) throw nameReserved()
  return name
}

/**
 * What is read for another letter, after Unicode's list of confusables (UTS 39), as far as the reserved words have it. A 1
 * is taken for an l or an i: both are tried. What merely has an accent is another word.
 */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аɑα', c: 'с', d: 'ԁ', e: 'е', g: 'ɡց', h: 'һհ', i: 'іιı', l: 'ӏ', n: 'ո', o: 'оοσօ0', p: 'рρ', s: 'ѕ', u: 'υս', v: 'νѵ', w: 'ѡ', y: 'уγ',
  }).flatMap(([letter, looksLike]) => Array.from(looksLike, (other) => [other, letter] as const)),
)

/** Whether nobody may have this name, also as it would be read: with marks between (`h.e.r.e`) or with letters that look alike. */
function isReserved(name: string): boolean {
  // In compatibility form full-width letters and their like are the letters that they show.
  const plain = name.normalize('NFKC').toLowerCase().replaceAll(/[._-]/g, '')
  const read = Array.from(plain, (letter) => LOOKALIKES.get(letter) ?? letter).join('')
  return [plain, read, read.replaceAll('1', 'l'), read.replaceAll('1', 'i')].some((word) => RESERVED.has(word))
}

const invalidName = () =>
  new DomainError('unprocessable', 'invalid_name', 'A name has up to 80 letters, digits, `-`, `_` and `.`, and begins with a letter or digit', {
    details: [{ path: '/name', message: 'must be letters, digits, `-`, `_` and `.`, beginning with a letter or digit' }],
  })

const nameReserved = () =>
  new DomainError('unprocessable', 'name_reserved', 'This name is reserved', { details: [{ path: '/name', message: 'is reserved' }] })
