import { DomainError } from '@afrochat/kernel'

const DAY_MS = 86_400_000

/** A time of somebody's choosing: in the future, and not too far. Throws `time_in_past` or `time_too_far`. */
export function plannedTime(text: string, { now, maxDays, path }: { readonly now: Date; readonly maxDays: number; readonly path: string }): Date {
  const time = new Date(text)
  // A leap second is a time by RFC 3339, and none to JavaScript, which knows no future one.
  if (Number.isNaN(time.getTime()) || time <= now) throw timeInPast(path)
  if (time.getTime() > now.getTime() + maxDays * DAY_MS) throw timeTooFar(path, maxDays)
  return time
}

const timeInPast = (path: string) =>
  new DomainError('unprocessable', 'time_in_past', 'This time has passed: take one in the future', { details: [{ path, message: 'must be in the future' }] })

const timeTooFar = (path: string, maxDays: number) =>
  new DomainError('unprocessable', 'time_too_far', `This is planned too far ahead: at most ${maxDays} days are possible`, {
    details: [{ path, message: `must be at most ${maxDays} days ahead` }],
  })
