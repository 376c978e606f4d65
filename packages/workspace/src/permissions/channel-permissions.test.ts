import { describe, expect, it } from '@jest/globals'
import { defaultWorkspaceSettings, type ChannelKind, type WorkspaceSettings } from '@afrochat/contracts'
import { channelPermissions, verdictOn, type ChannelAction, type ChannelStanding, type ChannelVerdict } from './channel-permissions.ts'

/*
 * Nobody is a manager of a direct message; if somebody were, it would give them nothing.
 * Written by hand from the table of rights, not from the code: A allowed, - hidden (404), F refused (403), and where a
 * setting decides, what it gives when it is off and on: F/A.
 * Columns: guest elsewhere, guest in it, member not in it, member in it, manager, admin not in it, admin in it.
 */
const columns: ChannelStanding[] = ['guest_out', 'guest_in', 'member_out', 'member_in', 'manager_in', 'admin_out', 'admin_in']
const allOff = Object.fromEntries(Object.entries(defaultWorkspaceSettings).map(([name, value]) => [name, typeof value === 'boolean' ? false : value])) as WorkspaceSettings
const allOn = Object.fromEntries(Object.entries(defaultWorkspaceSettings).map(([name, value]) => [name, typeof value === 'boolean' ? true : value])) as WorkspaceSettings
const expected: Record<ChannelAction, Record<'public' | 'private' | 'dm', string>> = {
  'channel.read': { public: '- A A A A A A', private: '- A - A A - A', dm: '- A - A F - A' },
  'channel.mark_read': { public: '- A A A A A A', private: '- A - A A - A', dm: '- A - A F - A' },
  'channel.prefer': { public: '- A A A A A A', private: '- A - A A - A', dm: '- A - A F - A' },
  'channel.join': { public: '- A A A A A A', private: '- A - A A - A', dm: '- A - A F - A' },
  'channel.leave': { public: '- A F A A F A', private: '- A - A A - A', dm: '- F - F F - F' },
  'channel.post': { public: '- A F A A F A', private: '- A - A A - A', dm: '- A - A F - A' },
  'channel.post.read_only': { public: '- F F F A F A', private: '- F - F A - A', dm: '- F - F F - F' },
  'channel.update': { public: '- F F F/A A A A', private: '- F - F/A A - A', dm: '- F - F F - F' },
  'channel.set_posting': { public: '- F F F A A A', private: '- F - F A - A', dm: '- F - F F - F' },
  'channel.set_default': { public: '- F F F F A A', private: '- F - F F - A', dm: '- F - F F - F' },
  'channel.archive': { public: '- F F F/A A A A', private: '- F - F/A A - A', dm: '- F - F F - F' },
  'channel.convert': { public: '- F F F F/A A A', private: '- F - F F/A - A', dm: '- F - F F - F' },
  'channel.delete': { public: '- F F F F A A', private: '- F - F F - A', dm: '- F - F F - F' },
  'channel.member.add': { public: '- F F/A F/A A A A', private: '- F - F/A A - A', dm: '- F - F F - F' },
  'channel.member.add_guest': { public: '- F F F A A A', private: '- F - F A - A', dm: '- F - F F - F' },
  'channel.member.remove': { public: '- F F F A A A', private: '- F - F A - A', dm: '- F - F F - F' },
  'channel.member.set_role': { public: '- F F F A A A', private: '- F - F A - A', dm: '- F - F F - F' },
  'message.edit': { public: '- A F A A F A', private: '- A - A A - A', dm: '- A - A F - A' },
  'message.edits.read': { public: '- F/A F/A F/A A A A', private: '- F/A - F/A A - A', dm: '- F/A - F/A F - A' },
  'message.delete.own': { public: '- F/A F F/A A A A', private: '- F/A - F/A A - A', dm: '- F/A - F/A F - A' },
  'message.delete': { public: '- F F F A A A', private: '- F - F A - A', dm: '- F - F F - A' },
  'message.react': { public: '- A F A A F A', private: '- A - A A - A', dm: '- A - A F - A' },
  'message.pin': { public: '- F/A F A A F A', private: '- F/A - A A - A', dm: '- F/A - A F - A' },
  'message.schedule': { public: '- A F A A F A', private: '- A - A A - A', dm: '- A - A F - A' },
  'message.mention_channel': { public: '- F F F/A A F A', private: '- F - F/A A - A', dm: '- F - F/A F - A' },
  'message.mention_channel.large': { public: '- F F F A F A', private: '- F - F A - A', dm: '- F - F F - A' },
  'thread.lock': { public: '- F F F A A A', private: '- F - F A - A', dm: '- F - F F - F' },
}

const letterOf = (verdict: ChannelVerdict) => (verdict === 'allow' ? 'A' : verdict === 'hidden' ? '-' : 'F')

describe('what somebody may do to a channel', () => {
  it.each(Object.entries(expected) as [ChannelAction, (typeof expected)[ChannelAction]][])('%s', (action, row) => {
    const judged = (kind: ChannelKind) => columns.map((standing) => {
      const [off, on] = [allOff, allOn].map((settings) => letterOf(verdictOn(action, kind, { standing, settings })))
      return off === on ? off : `${off}/${on}`
    }).join(' ')
    expect({ public: judged('public'), private: judged('private'), dm: judged('dm') }).toEqual(row)
    expect(judged('group_dm')).toBe(row.dm)
  })

  it('never tells a non-member of a private channel or direct message that it exists, whatever they try', () => {
    const outsiders = ['guest_out', 'member_out', 'admin_out'] as const
    const hidden = [...(['private', 'dm', 'group_dm'] as const).flatMap((kind) => outsiders.map((standing) => ({ kind, standing }))), { kind: 'public', standing: 'guest_out' } as const]
    for (const action of Object.keys(channelPermissions) as ChannelAction[]) {
      for (const { kind, standing } of hidden) {
        for (const settings of [allOff, allOn]) expect(verdictOn(action, kind, { standing, settings })).toBe('hidden')
      }
    }
  })

  it('tells who could join that they are not in it', () => {
    for (const action of ['channel.leave', 'channel.post', 'channel.post.read_only', 'channel.update', 'message.react', 'message.pin'] as const) {
      expect(verdictOn(action, 'public', { standing: 'member_out', settings: allOn })).toBe('not_in_channel')
    }
  })
})
