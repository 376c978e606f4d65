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
  // Compared in compatibility form, so that look-alikes such as full-width letters are the same word.
  if (RESERVED.has(name.normalize('NFKC').toLowerCase())) throw nameReserved()
  return name
}

const invalidName = () =>
  new DomainError('unprocessable', 'invalid_name', 'A name has up to 80 letters, digits, `-`, `_` and `.`, and begins with a letter or digit', {
    details: [{ path: '/name', message: 'must be letters, digits, `-`, `_` and `.`, beginning with a letter or digit' }],
  })

const nameReserved = () =>
  new DomainError('unprocessable', 'name_reserved', 'This name is reserved', { details: [{ path: '/name', message: 'is reserved' }] })
