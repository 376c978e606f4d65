import { expect, it } from '@jest/globals'
import type { WorkspaceRole } from '@afrochat/contracts'
import { defaultWorkspaceSettings as settings } from '@afrochat/contracts'
import { decide } from './cell.ts'
import { workspacePermissions, type Grant, type WorkspaceAction } from './workspace-permissions.ts'

/** Written by hand from the table of rights: A allowed, S of one's own only, F refused (403). Columns: guest, member, admin, owner. */
const columns: WorkspaceRole[] = ['guest', 'member', 'admin', 'owner']
const expected: Record<WorkspaceAction, string> = {
  'workspace.read': 'A A A A',
  'member.list': 'F A A A',
  'channel.create': 'F A A A',
  'channel.browse': 'S A A A',
  'dm.open': 'S A A A',
  'invite.create.member': 'F A A A',
  'invite.create.guest': 'F F A A',
  'invite.create.admin': 'F F F A',
  'invite.list': 'F S A A',
  'invite.revoke': 'F S A A',
}
const letters: Record<Grant, string> = { allow: 'A', own: 'S', deny: 'F' }

it.each(Object.entries(expected) as [WorkspaceAction, string][])('%s: guest, member, admin, owner %s', (action, row) => {
  expect(columns.map((role) => letters[decide(workspacePermissions[action][role], settings)]).join(' ')).toBe(row)
})
