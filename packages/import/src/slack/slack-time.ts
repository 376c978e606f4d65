const US_PER_SECOND = 1_000_000
const TIME = /^([0-9]{1,10})\.([0-9]{6})$/

/** A clock that is wrong by less than this is nobody's malice. */
const DAY_SECONDS = 86_400

/** Slack's `1494517568.512661` in microseconds; undefined when it is no time, or one that has not come yet. */
export function microsecondsOf(time: string): number | undefined {
  const [, seconds, fraction] = TIME.exec(time) ?? []
  if (seconds === undefined || Number(seconds) > Date.now() / 1000 + DAY_SECONDS) return undefined
  return Number(seconds) * US_PER_SECOND + Number(fraction)
}

/** The same moment as a date, which knows milliseconds. */
export const dateOf = (microseconds: number): Date => new Date(Math.floor(microseconds / 1000))

/** A moment that Slack gives in whole seconds, as the creation of a channel; undefined when it is none. */
export function dateOfSeconds(seconds: number | null | undefined): Date | undefined {
  const isMoment = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 && seconds <= Date.now() / 1000 + DAY_SECONDS
  return isMoment ? new Date(Math.floor(seconds * 1000)) : undefined
}
