import type { WorkspaceSettings, WorkspaceSwitch } from '@afrochat/contracts'

/** What an entry of the tables of permissions says: a verdict, or one that a setting of the workspace opens. */
export type Cell<V extends string> = V | { readonly when: WorkspaceSwitch; readonly otherwise: V }

/** Allowed where the workspace's setting says so. */
export const when = <V extends string>(setting: WorkspaceSwitch, otherwise: V): Cell<V> => ({ when: setting, otherwise })

/** The verdict in a workspace with these settings. */
export function decide<V extends string>(cell: Cell<V | 'allow'>, settings: WorkspaceSettings): V | 'allow' {
  if (typeof cell === 'string') return cell
  return settings[cell.when] ? 'allow' : cell.otherwise
}
