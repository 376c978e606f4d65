import { describe, expect, it } from '@jest/globals'
import { defaultWorkspaceSettings as settings } from '@afrochat/contracts'
import { channelPermissions, verdictOn, type ChannelAction, type ChannelStanding, type ChannelVerdict } from './channel-permissions.ts'

/*
 * Written by hand from the table of rights, not from the code: A allowed, - hidden (404), F refused (403).
 * Columns: guest elsewhere, guest in it, member not in it, member in it, manager, admin not in it, admin in it.
 */
const columns: ChannelStanding[] = ['guest_out', 'guest_in', 'member_out', 'member_in', 'manager_in', 'admin_out', 'admin_in']
const expected: [action: ChannelAction, kind: 'public' | 'private' | 'dm' | 'group_dm', row: string][] = [
  ['channel.read', 'public', '- A A A A A A'],
  ['channel.read', 'private', '- A - A A - A'],
  ['channel.read', 'dm', '- A - A A - A'],
  ['channel.read', 'group_dm', '- A - A A - A'],
  ['channel.mark_read', 'public', '- A A A A A A'],
  ['channel.mark_read', 'private', '- A - A A - A'],
  ['channel.mark_read', 'dm', '- A - A A - A'],
  ['channel.join', 'public', '- A A A A A A'],
  ['channel.join', 'private', '- A - A A - A'],
  ['channel.leave', 'public', '- A F A A F A'],
  ['channel.leave', 'private', '- A - A A - A'],
  ['channel.leave', 'dm', '- F - F F - F'],
  ['channel.post', 'public', '- A F A A F A'],
  ['channel.post', 'private', '- A - A A - A'],
  ['channel.post', 'dm', '- A - A A - A'],
  ['channel.member.add', 'public', '- F A A A A A'],
  ['channel.member.add', 'private', '- F - A A - A'],
  ['channel.member.add', 'group_dm', '- F - F F - F'],
  ['channel.member.remove', 'public', '- F F F A A A'],
  ['channel.member.remove', 'private', '- F - F A - A'],
  ['channel.member.remove', 'group_dm', '- F - F F - F'],
  ['message.delete', 'public', '- F F F A A A'],
  ['message.delete', 'private', '- F - F A - A'],
  ['message.delete', 'dm', '- F - F A - A'],
]

const letterOf = (verdict: ChannelVerdict) => (verdict === 'allow' ? 'A' : verdict === 'hidden' ? '-' : 'F')

describe('what somebody may do to a channel', () => {
  it.each(expected)('%s of a %s channel: %s', (action, kind, row) => {
    expect(columns.map((standing) => letterOf(verdictOn(action, kind, { standing, settings }))).join(' ')).toBe(row)
  })

  it('says it of every action', () => {
    expect(new Set(expected.map(([action]) => action))).toEqual(new Set(Object.keys(channelPermissions)))
  })

  it('never tells a non-member of a private channel or direct message that it exists, whatever they try', () => {
    for (const action of Object.keys(channelPermissions) as ChannelAction[]) {
      for (const kind of ['private', 'dm', 'group_dm'] as const) {
        for (const standing of ['guest_out', 'member_out', 'admin_out'] as const) expect(verdictOn(action, kind, { standing, settings })).toBe('hidden')
      }
      expect(verdictOn(action, 'public', { standing: 'guest_out', settings })).toBe('hidden')
    }
  })
})
