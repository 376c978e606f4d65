import { authOperations } from './auth.ts'
import { channelOperations } from './channels.ts'
import { groupAndEmojiOperations } from './groups-and-emoji.ts'
import { inviteOperations } from './invites.ts'
import { keptOperations } from './kept.ts'
import { messageOperations } from './messages.ts'
import type { Case, Operation, Operations } from './request.ts'
import { userOperations } from './users.ts'
import { workspaceOperations } from './workspaces.ts'

/** How each operation of the catalogue is tried. One that is missing is tried with nothing but its path. */
const operations: Operations = {
  ...authOperations, ...userOperations, ...workspaceOperations, ...inviteOperations, ...groupAndEmojiOperations,
  ...channelOperations, ...messageOperations, ...keptOperations,
}

export function caseOf(operation: string, object: string): Case {
  const { cases = {}, ...common }: Operation = operations[operation] ?? {}
  return { ...common, ...cases[object] }
}
