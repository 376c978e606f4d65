import { describe, expect, it } from '@jest/globals'
import { standingOf } from './channel.policy.ts'

describe('standingOf', () => {
  it.each([
    ['guest', null, 'guest_out'],
    ['guest', 'member', 'guest_in'],
    ['guest', 'manager', 'guest_in'],
    ['member', null, 'member_out'],
    ['member', 'member', 'member_in'],
    ['member', 'manager', 'manager_in'],
    ['admin', null, 'admin_out'],
    ['admin', 'member', 'admin_in'],
    ['admin', 'manager', 'admin_in'],
    ['owner', null, 'admin_out'],
    ['owner', 'member', 'admin_in'],
  ] as const)('sees in a workspace %s who is %s of the channel: %s', (workspaceRole, channelRole, standing) => {
    expect(standingOf(workspaceRole, channelRole)).toBe(standing)
  })
})
