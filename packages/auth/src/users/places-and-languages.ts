import { types } from 'node:util'

/** Names alone: an offset would be wrong for half of the year. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/

/** A time zone of the IANA's database, in its spelling; undefined when there is none of this name. */
export function toTimeZone(name: string): string | undefined {
  if (!ZONE_NAME.test(name)) return undefined
  const known = attempt(() => new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone)
  // An older name of the same zone stays as the person knows it: Asia/Kolkata is not made Asia/Calcutta.
  return known?.toLowerCase() === name.toLowerCase() ? known : known && name
}

/** A BCP 47 language tag in its usual spelling: `en-NG`; undefined when it is none. */
export const toLocale = (tag: string): string | undefined => attempt(() => Intl.getCanonicalLocales(tag)[0])

function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    // Not `instanceof`: in jest an error of the engine's own is of another realm.
    if (types.isNativeError(error) && error.name === 'RangeError') return undefined
    throw error
  }
}
