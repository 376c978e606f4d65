import { describe, expect, it } from '@jest/globals'
import { NoticeBook } from '../report/notices.ts'
import { mapUser } from './map-user.ts'
import type { SlackUser } from './slack-objects.ts'

describe('mapUser', () => {
  it('takes name, display name, picture and time zone', () => {
    const { account, role, notices } = map({
      id: 'U1', name: 'ada', tz: 'Africa/Lagos', profile: { display_name: 'Ada L.', real_name: 'Ada Lovelace', image_192: 'https://avatars.slack-edge.com/1/a_192.png' },
    })
    expect(account).toEqual({
      name: 'ada', displayName: 'Ada L.', avatarUrl: 'https://avatars.slack-edge.com/1/a_192.png', timezone: 'Africa/Lagos', isBot: false, isDeactivated: false,
    })
    expect(role).toBe('member')
    expect(notices).toEqual([])
  })

  it('finds another name where one is missing', () => {
    expect(map({ id: 'U1', name: 'ada', profile: { display_name: ' ', real_name: 'Ada' } }).account.displayName).toBe('Ada')
    expect(map({ id: 'U1', name: null, real_name: 'Ada' }).account).toMatchObject({ name: 'U1', displayName: 'Ada' })
    expect(map({ id: 'U1' }).account).toMatchObject({ name: 'U1', displayName: 'U1', timezone: 'UTC', avatarUrl: null })
    expect(map({ id: 'U1', profile: 7 }).account.displayName).toBe('U1')
  })

  it.each<[Partial<SlackUser>, string]>([
    [{}, 'member'], [{ is_admin: true }, 'admin'], [{ is_owner: true, is_admin: true }, 'admin'], [{ is_restricted: true }, 'guest'],
    [{ is_ultra_restricted: true, is_restricted: true, is_admin: true }, 'guest'],
  ])('gives %j the role %s, and never that of the owner', (facts, role) => {
    expect(map({ id: 'U1', ...facts }).role).toBe(role)
  })

  it('leaves the email address out and says so: nobody has proven that it is theirs', () => {
    const { account, notices } = map({ id: 'U1', profile: { email: 'ada@example.com' } })
    expect(JSON.stringify(account)).not.toContain('example.com')
    expect(notices).toMatchObject([{ reason: 'email_not_taken', count: 1, examples: [] }])
  })

  it.each([
    'http://avatars.slack-edge.com/a.png', 'https://169.254.169.254/latest/meta-data', 'https://evil.example/a.png', 'https://slack-edge.com.evil.example/a.png',
    'https://user:password@avatars.slack-edge.com/a.png', 'javascript:alert(1)', 'data:image/svg+xml,x', '//avatars.slack-edge.com/a.png', 'https://notslack-edge.com/a.png',
    `https://avatars.slack-edge.com/${'a'.repeat(3000)}`,
  ])('takes no picture from %s', (image_192) => {
    const { account, notices } = map({ id: 'U1', profile: { image_192 } })
    expect(account.avatarUrl).toBeNull()
    expect(notices).toMatchObject([{ reason: 'avatar_not_taken' }])
  })

  it.each(['Mars/Olympus', '../../etc', '', '+01:00', 'x'.repeat(1000)])('puts UTC in the place of the time zone %j', (tz) => {
    expect(map({ id: 'U1', tz }).account.timezone).toBe('UTC')
  })

  it('knows the old names of time zones', () => {
    expect(map({ id: 'U1', tz: 'Asia/Calcutta' }).account.timezone).toBe('Asia/Calcutta')
  })
})

function map(user: SlackUser) {
  const notices = new NoticeBook()
  return { ...mapUser(user, notices), notices: notices.list() }
}
