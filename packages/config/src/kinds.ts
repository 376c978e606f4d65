import { isIP } from 'node:net'
import { Type } from 'typebox'
import { setting, type SettingFacts } from './setting.ts'

/** What the declaration of a setting says, apart from what its kind knows. */
export type Declaration = Pick<SettingFacts, 'env' | 'doc' | 'default' | 'example' | 'refuse' | 'warn'>

/** Any text that is not empty. */
export function text(declaration: Declaration) {
  return setting(Type.String({ minLength: 1 }), { ...declaration, expects: 'a text', read: (value) => value })
}

/** A whole number within bounds. */
export function integer({ min, max, ...declaration }: Declaration & { min: number; max: number }) {
  return setting(Type.Integer({ minimum: min, maximum: max }), {
    ...declaration,
    expects: `a whole number from ${min} to ${max}`,
    range: `${min} to ${max}`,
    read: (value) => (/^-?\d{1,15}$/.test(value) ? Number(value) : undefined),
  })
}

/** A TCP port; 0 asks the system for a free one. */
export function port(declaration: Declaration) {
  return integer({ ...declaration, min: 0, max: 65_535 })
}

/** Yes or no. */
export function flag(declaration: Declaration) {
  return setting(Type.Boolean(), { ...declaration, expects: 'true or false', range: 'true, false', read: readFlag })
}

function readFlag(value: string): boolean | undefined {
  if (['true', '1', 'yes', 'on'].includes(value.toLowerCase())) return true
  return ['false', '0', 'no', 'off'].includes(value.toLowerCase()) ? false : undefined
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], declaration: Declaration) {
  return setting(Type.Union(words.map((word) => Type.Literal(word))), {
    ...declaration,
    expects: `one of ${words.join(', ')}`,
    range: words.join(', '),
    read: (value) => words.find((word) => word === value),
  })
}

/** A URL with one of these schemes. */
export function url(schemes: string[], declaration: Declaration) {
  const forms = schemes.map((scheme) => `${scheme}://…`)
  return setting(Type.String(), {
    ...declaration,
    expects: `a URL of the form ${forms.join(' or ')}`,
    read: (value) => (schemes.some((scheme) => URL.parse(value)?.protocol === `${scheme}:`) ? value : undefined),
  })
}

/** Web origins, separated by commas. A wildcard is refused: it would let every page on the web act for its visitor. */
export function origins(declaration: Declaration) {
  return setting(Type.Array(Type.String()), {
    ...declaration,
    expects: 'origins such as https://chat.example.org (no path, no *), separated by commas',
    read: (value) => readList(value, (item) => URL.parse(item)?.origin === item),
  })
}

/** IP addresses and networks in CIDR form, separated by commas. */
export function networks(declaration: Declaration) {
  return setting(Type.Array(Type.String()), {
    ...declaration,
    expects: 'IP addresses or networks such as 10.0.0.0/8, separated by commas',
    read: (value) => readList(value, isNetwork),
  })
}

function isNetwork(item: string): boolean {
  const [address = '', prefix, ...rest] = item.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

/** An address of mail, with or without a name before it: `AfroChat <no-reply@chat.example.org>`. */
export function mailbox(declaration: Declaration) {
  return setting(Type.Object({ name: Type.String(), address: Type.String({ format: 'email' }) }), {
    ...declaration,
    expects: 'an address such as no-reply@chat.example.org, or AfroChat <no-reply@chat.example.org>',
    read: readMailbox,
  })
}

function readMailbox(value: string): { name: string; address: string } | undefined {
  const [, name = '', named, bare] = /^(?:([^<>@"\r\n]{0,100})<([^<>\s]+)>|([^<>\s]+))$/.exec(value) ?? []
  const address = named ?? bare
  // Such as stands in a header as it is.
  return address === undefined || !/^[\w.+-]+@[\w.-]+$/.test(address) ? undefined : { name: name.trim(), address }
}

/** Secrets, separated by commas; the first is used for what is new, all are good for what is old. */
export function secrets(declaration: Declaration) {
  return setting(Type.Array(Type.String(), { minItems: 1 }), {
    ...declaration,
    expects: 'one or more secrets, separated by commas',
    read: (value) => readList(value, () => true),
  })
}

/** `<count>/<seconds>`, or 0 for no limit, which reads as null. */
export function rateLimit(declaration: Declaration) {
  const natural = Type.Integer({ minimum: 1 })
  return setting(Type.Union([Type.Object({ count: natural, seconds: natural }), Type.Null()]), {
    ...declaration,
    expects: '<count>/<seconds> such as 100/10, or 0 for no limit',
    read: readRateLimit,
  })
}

function readRateLimit(value: string): { count: number; seconds: number } | null | undefined {
  if (value === '0') return null
  const [, count, seconds] = /^(\d{1,9})\/(\d{1,9})$/.exec(value) ?? []
  return count === undefined || seconds === undefined ? undefined : { count: Number(count), seconds: Number(seconds) }
}

function readList(value: string, isGood: (item: string) => boolean): string[] | undefined {
  const items = value.split(',').map((item) => item.trim()).filter((item) => item !== '')
  return items.every(isGood) ? items : undefined
}
