import { usernameReserved } from '../auth.errors.ts'
import { isReservedUsername } from './reserved-usernames.ts'

/** As it is kept. Throws `username_reserved`. */
export function toUsername(text: string): string {
  const username = text.toLowerCase()
  if (isReservedUsername(username)) throw usernameReserved()
  return username
}
