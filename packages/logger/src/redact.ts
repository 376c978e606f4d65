import { scrub } from './scrub.ts'

const REDACTED = '[redacted]'

/** Deeper than this nothing of ours is logged; a hostile or cyclic object ends here. */
const MAX_DEPTH = 8

/** A list longer than this is not for the log. */
const MAX_ITEMS = 100

// Compared without case, `-` and `_`, so that new_password, newPassword and New-Password are one.
const SECRET_ENDINGS = /(?:password|passwd|secret|secrets|token|tokens|cookie|authorization|apikey|privatekey|credentials|totpcode|recoverycode|secwebsocketprotocol)$/

// What people wrote, and whatever may contain it: events' payloads, request bodies, searches.
const PRIVATE = new Set(['content', 'text', 'payload', 'body', 'draft', 'highlights', 'q'])

/** A copy for the log, in which nothing secret or private is left whatever the depth. Errors are left for their serializer. */
export function redact(fields: object): Record<string, unknown> {
  return redactObject(fields, 0)
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) copy[key] = isSecret(key, value) ? REDACTED : redactValue(value, depth + 1)
  return copy
}

function isSecret(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return false
  const name = key.toLowerCase().replaceAll(/[-_]/g, '')
  return PRIVATE.has(name) || SECRET_ENDINGS.test(name)
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value
  if (depth > MAX_DEPTH) return '[too deep]'
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1))
  return redactObject(value, depth)
}
