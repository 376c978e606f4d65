import { describe, expect, it } from '@jest/globals'
import { defaultWorkspaceSettings, type WorkspaceRole, type WorkspaceSettings } from '@afrochat/contracts'
import { administrativeWorkspaceActions, grantOf, workspacePermissions, type Grant, type WorkspaceAction } from './workspace-permissions.ts'

/*
 * Written by hand from the table of rights, not from the code: A allowed, S of one's own only, F refused (403), and
 * where a setting decides, what it gives when it is off and on: F/A. Columns: guest, member, admin, owner.
 */
const columns: WorkspaceRole[] = ['guest', 'member', 'admin', 'owner']
const expected: Record<WorkspaceAction, string> = {
  'workspace.read': 'A A A A',
  'workspace.update': 'F F A A',
  'workspace.update.admin_rights': 'F F F A',
  'workspace.delete': 'F F F A',
  'workspace.transfer': 'F F F A',
  'workspace.leave': 'A A A A',
  'member.list': 'F A A A',
  'member.email.read': 'F F A A',
  'member.manage': 'F F A A',
  'member.manage.admin': 'F F F/A A',
  'member.manage.owner': 'F F F A',
  'audit.read': 'F F F/A A',
  'channel.create': 'F F/A A A',
  'channel.browse': 'S A A A',
  'dm.open': 'S A A A',
  'group.list': 'F A A A',
  'group.manage': 'F F/A A A',
  'emoji.list': 'A A A A',
  'emoji.add': 'F F/A A A',
  'emoji.remove': 'F S A A',
  'invite.create.member': 'F F/A A A',
  'invite.create.guest': 'F F A A',
  'invite.create.admin': 'F F F/A A',
  'invite.list': 'F S A A',
  'invite.revoke': 'F S A A',
}

const everySwitch = (value: boolean): WorkspaceSettings => {
  const switched = Object.entries(defaultWorkspaceSettings).map(([name, given]) => [name, typeof given === 'boolean' ? value : given])
  return Object.fromEntries(switched) as WorkspaceSettings
}
const letters: Record<Grant, string> = { allow: 'A', own: 'S', deny: 'F' }

describe('what somebody may do in a workspace', () => {
  it.each(Object.entries(expected) as [WorkspaceAction, string][])('%s: guest, member, admin, owner %s', (action, row) => {
    const judged = columns.map((role) => {
      const [off, on] = [false, true].map((value) => letters[grantOf(action, role, everySwitch(value))])
      return off === on ? off : `${off}/${on}`
    })
    expect(judged.join(' ')).toBe(row)
  })

  it('gives to every role all that the one below it has', () => {
    const rank: Record<Grant, number> = { deny: 0, own: 1, allow: 2 }
    for (const action of Object.keys(workspacePermissions) as WorkspaceAction[]) {
      for (const settings of [everySwitch(false), everySwitch(true)]) {
        const ranks = columns.map((role) => rank[grantOf(action, role, settings)])
        expect({ action, ranks }).toEqual({ action, ranks: ranks.toSorted((a, b) => a - b) })
      }
    }
  })

  it('counts as administrative what ordinary members may not, whatever the settings', () => {
    for (const action of administrativeWorkspaceActions) {
      for (const role of ['guest', 'member'] as const) expect(grantOf(action, role, everySwitch(true))).toBe('deny')
    }
  })
})
