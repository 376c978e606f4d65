import { DomainError } from './errors.ts'

/** Rows of one page and, when there are more, the opaque cursor of the next one. */
export interface Page<T> {
  readonly items: T[]
  readonly next_cursor: string | null
}

export const DEFAULT_PAGE_SIZE = 50
export const MAX_PAGE_SIZE = 200

/**
 * A keyset cursor: the values of the order columns of the last row shown. `listing` names the list that it belongs to,
 * so that a cursor of one list is refused by another instead of giving a wrong page.
 */
export function encodeCursor(listing: string, ...keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([listing, ...keys])).toString('base64url')
}

/** The keys of a cursor of this listing, each of the type that `shape` asks for. Throws `invalid_cursor`. */
export function decodeCursor<const S extends readonly ('string' | 'number')[]>(
  listing: string,
  shape: S,
  cursor: string,
): { -readonly [I in keyof S]: S[I] extends 'number' ? number : string } {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString())
  const isOurs = Array.isArray(parts) && parts.length === shape.length + 1 && parts[0] === listing
  if (!isOurs || !shape.every((type, index) => isKey(type, parts[index + 1]))) throw invalidCursor()
  // Checked value by value just above; a mapped tuple cannot be narrowed by the compiler.
  return parts.slice(1) as { -readonly [I in keyof S]: S[I] extends 'number' ? number : string }
}

/** Cuts a list that was read with one row more than the page holds, and makes the cursor of the rest. */
export function toPage<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}

export function invalidCursor(): DomainError {
  return new DomainError('invalid', 'invalid_cursor', 'This cursor is not valid for this list: start again without one', {
    details: [{ path: '/cursor', message: 'must be a next_cursor of the same list' }],
  })
}

function isKey(type: 'string' | 'number', value: unknown): boolean {
  return type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && value.length <= 300 && isStorableText(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** PostgreSQL stores no NUL character, and neither it nor UTF-8 can hold half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
