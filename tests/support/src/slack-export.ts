import { zipBytes, type ZipEntry } from './zip-bytes.ts'

/** For the tests: the parts of an export that differ from an empty one. Values are written as they are, right or wrong. */
export interface SlackExportFacts {
  readonly users?: readonly unknown[]
  readonly channels?: readonly unknown[]
  readonly groups?: readonly unknown[]
  /** `general/2020-01-01` → rows. */
  readonly days?: Readonly<Record<string, readonly unknown[]>>
  /** Entries besides, or in the place of those of the same name. */
  readonly entries?: readonly ZipEntry[]
  /** A folder that all of it is in, with its slash. */
  readonly root?: string
}

/** The entries of an export. */
export function slackExportEntries({ users = [], channels = [], groups, days = {}, entries = [], root = '' }: SlackExportFacts): ZipEntry[] {
  const files = {
    'users.json': users,
    'channels.json': channels,
    ...(groups === undefined ? {} : { 'groups.json': groups }),
    ...Object.fromEntries(Object.entries(days).map(([day, rows]) => [`${day}.json`, rows])),
  }
  const made = Object.entries(files).map(([name, content]) => ({ name: root + name, content: JSON.stringify(content) }))
  const others = new Set(entries.map(({ name }) => name))
  return [...made.filter(({ name }) => !others.has(name)), ...entries]
}

/** The bytes of an export. */
export const slackExportBytes = (facts: SlackExportFacts): Buffer => zipBytes(slackExportEntries(facts))

export const aSlackUser = (id: string, name: string, facts: object = {}) =>
  ({ id, name, deleted: false, profile: { display_name: name, real_name: name }, ...facts })

export const aSlackChannel = (id: string, name: string, facts: object = {}) =>
  ({ id, name, created: 1_577_836_800, creator: 'U1', members: ['U1', 'U2'], ...facts })

/** A message of this second (and microsecond) of 2020-01-01. */
export const aSlackMessage = (second: number, user: string, text: string, facts: object = {}) =>
  ({ type: 'message', ts: slackTime(second), user, text, ...facts })

/** Slack's time of so many seconds after the beginning of 2020. */
export const slackTime = (second: number): string => (1_577_836_800 + second).toFixed(6)
