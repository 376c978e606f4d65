import { channelPermissions, seenFromOutside } from '../../../packages/workspace/src/permissions/channel-permissions.ts'
import { workspacePermissions } from '../../../packages/workspace/src/permissions/workspace-permissions.ts'

/** What an entry of the tables of permissions may hold: a verdict, or one that a setting opens; undefined: refused, not being named. */
type Held = string | boolean | { readonly when: string; readonly otherwise: string } | undefined

/** One entry of the tables, which can be changed while the product runs, and tells when it is looked at. */
export interface PermissionEntry {
  /** `channel.pin channel guest_in`, `invite.list guest`. */
  readonly name: string
  readonly holds: Held
  /** What it could hold instead, each with a name. */
  readonly wrong: readonly { readonly title: string; readonly value: Held }[]
  set(value: Held): void
}

interface Nested {
  [key: string]: Held | Nested
}

/** What the rows of a table may hold, and who can be named in a row: those who are not may be let in by mistake as well. */
interface Kind {
  readonly verdicts: readonly string[]
  readonly nameable: (path: readonly string[]) => readonly string[]
}

const seen: Kind = { verdicts: [], nameable: () => [] }
const ofChannels: Kind = {
  verdicts: ['allow', 'not_allowed'],
  nameable: ([, row]) => (row === 'direct' ? ['guest_in', 'member_in', 'admin_in'] : row === 'channel' ? ['guest_in', 'member_in', 'manager_in', 'admin_in', 'member_out', 'admin_out'] : []),
}
const ofWorkspaces: Kind = { verdicts: ['allow', 'own', 'deny'], nameable: ([action]) => (action === undefined ? [] : ['owner', 'admin', 'member', 'guest']) }

/**
 * Takes hold of every entry of the tables of this process. They are plain data, read when something is decided, so that
 * an accessor in the place of an entry is as good as the entry.
 */
export function takeEntries(onRead: (name: string) => void): PermissionEntry[] {
  return [
    ...instrument(seenFromOutside, seen, onRead),
    ...instrument(channelPermissions as unknown as Nested, ofChannels, onRead),
    ...instrument(workspacePermissions, ofWorkspaces, onRead),
  ]
}

function instrument(table: Nested, { verdicts, nameable }: Kind, onRead: (name: string) => void): PermissionEntry[] {
  // Rows of the tables are made of the same parts: a change to one must not be a change to others.
  for (const [action, row] of Object.entries(table)) table[action] = JSON.parse(JSON.stringify(row)) as Nested
  return leavesOf(table, { path: [], nameable }).map(({ holder, key, path, holds }) => {
    const name = [...path, key].join(' ')
    let current = holds
    Object.defineProperty(holder, key, {
      enumerable: true,
      get() {
        onRead(name)
        return current
      },
    })
    // `own` means something only where some role has it.
    const possible = verdicts.filter((verdict) => verdict !== 'own' || Object.values(holder).includes('own'))
    return { name, holds, wrong: wrongFor(holds, possible), set: (value) => void (current = value) }
  })
}

interface Leaf {
  readonly holder: Nested
  readonly key: string
  readonly path: readonly string[]
  readonly holds: Held
}

function leavesOf(holder: Nested, { path, nameable }: { path: readonly string[] } & Pick<Kind, 'nameable'>): Leaf[] {
  const unnamed = nameable(path).filter((key) => !Object.hasOwn(holder, key))
  return [...Object.entries(holder), ...unnamed.map((key) => [key, undefined] as const)]
    .flatMap(([key, value]) => (isHeld(value) ? [{ holder, key, path, holds: value }] : leavesOf(value, { path: [...path, key], nameable })))
}

const isHeld = (value: Held | Nested): value is Held => typeof value !== 'object' || Object.hasOwn(value, 'when')

/** A verdict: each of the others. One that a setting opens: open and closed for good. Nothing: a right. */
function wrongFor(holds: Held, verdicts: readonly string[]): PermissionEntry['wrong'] {
  if (holds === undefined) return verdicts.filter((verdict) => verdict === 'allow' || verdict === 'own').map((value) => ({ title: value, value }))
  if (typeof holds === 'boolean') return [{ title: String(!holds), value: !holds }]
  if (typeof holds === 'object') return [{ title: 'allow always', value: 'allow' }, { title: `${holds.otherwise} always`, value: holds.otherwise }]
  return verdicts.filter((verdict) => verdict !== holds).map((value) => ({ title: value, value }))
}
