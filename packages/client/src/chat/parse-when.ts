export interface When {
  readonly at: Date
  /** What follows the time. */
  readonly text: string
}

const MINUTES: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1_440, w: 10_080 }

/**
 * Understands a time at the beginning of a text, in the zone of this machine: `20m`, `in 2h`, `18:30`, `tomorrow 9:00`,
 * `2026-12-24 18:00`. Of an hour that is over today, tomorrow's. Undefined: there is none, or none with a text after it.
 */
export function parseWhen(text: string, now: Date): When | undefined {
  const found = afterSpan(text, now) ?? atHour(text, now) ?? onDate(text)
  return found === undefined || found.text === '' || Number.isNaN(found.at.getTime()) ? undefined : found
}

function afterSpan(text: string, now: Date): When | undefined {
  const [, count, unit, rest] = /^(?:in\s+)?(\d{1,4})\s?(m|min|h|d|w)\s+([\s\S]*)$/.exec(text) ?? []
  if (rest === undefined) return undefined
  return { at: new Date(now.getTime() + Number(count) * (MINUTES[unit ?? ''] ?? 0) * 60_000), text: rest }
}

function atHour(text: string, now: Date): When | undefined {
  const [, day, hours, minutes, rest] = /^(?:(today|tomorrow)\s+)?(?:at\s+)?(\d{1,2}):(\d{2})\s+([\s\S]*)$/.exec(text) ?? []
  if (rest === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined
  const at = new Date(now)
  at.setHours(Number(hours), Number(minutes), 0, 0)
  if (day === 'tomorrow' || (day === undefined && at <= now)) at.setDate(at.getDate() + 1)
  return { at, text: rest }
}

/** Without an hour, in the morning. */
function onDate(text: string): When | undefined {
  const [, date, hour = '09:00', rest] = /^(?:on\s+)?(\d{4}-\d{2}-\d{2})(?:(?:\s+at)?\s+(\d{2}:\d{2}))?\s+([\s\S]*)$/.exec(text) ?? []
  return rest === undefined ? undefined : { at: new Date(`${date}T${hour}:00`), text: rest }
}
