import { describe, expect, it } from '@jest/globals'
import { defaultWorkspaceSettings } from '@afrochat/contracts'
import { assertDomainAllowed, assertFor, assertUsable } from './invite.policy.ts'

const good = { revoked_at: null, is_expired: false, use_count: 0, max_uses: 1, role: 'member', inviter_role: 'member', settings: {} } as const

describe('assertUsable', () => {
  it('takes an invite that is neither revoked, expired nor used up', () => {
    expect(() => assertUsable(good)).not.toThrow()
    expect(() => assertUsable({ ...good, use_count: 9, max_uses: 10 })).not.toThrow()
  })

  it.each([
    ['invite_revoked', { revoked_at: new Date() }],
    ['invite_expired', { is_expired: true }],
    ['invite_used_up', { use_count: 1 }],
    ['invite_revoked', { inviter_role: null }],
    ['invite_revoked', { inviter_role: 'guest' }],
    ['invite_revoked', { role: 'guest', inviter_role: 'member' }],
    ['invite_revoked', { role: 'admin', inviter_role: 'admin' }],
  ] as const)('says %s of one with %j', (code, facts) => {
    expect(() => assertUsable({ ...good, ...facts })).toThrow(expect.objectContaining({ kind: 'gone', code }))
  })

  it('takes an invite to be an admin only while the inviter owns the workspace, or admins may make admins', () => {
    expect(() => assertUsable({ ...good, role: 'admin', inviter_role: 'owner' })).not.toThrow()
    expect(() => assertUsable({ ...good, role: 'admin', inviter_role: 'admin', settings: { admins_may_manage_admins: true } })).not.toThrow()
  })

  it('dies with the setting that let members invite', () => {
    expect(() => assertUsable({ ...good, settings: { members_may_invite: false } })).toThrow(expect.objectContaining({ code: 'invite_revoked' }))
    expect(() => assertUsable({ ...good, inviter_role: 'admin', settings: { members_may_invite: false } })).not.toThrow()
  })
})

describe('assertFor', () => {
  it('lets anybody take an invite without an address, and one with an address whoever has it, in whatever case', () => {
    expect(() => assertFor({ email: null }, { email: null })).not.toThrow()
    expect(() => assertFor({ email: 'Ada@Example.com' }, { email: 'ada@example.COM' })).not.toThrow()
  })

  it.each([null, 'bob@example.com', 'ada@example.com.evil', ''])('refuses one for ada@example.com to %j', (email) => {
    expect(() => assertFor({ email: 'ada@example.com' }, { email })).toThrow(expect.objectContaining({ code: 'invite_for_another_email' }))
  })
})

describe('assertDomainAllowed', () => {
  const settings = { ...defaultWorkspaceSettings, allowed_email_domains: ['example.com', 'example.org'] }

  it('lets members come from the workspace\'s domains, in whatever case, and from anywhere when it names none', () => {
    for (const email of ['ada@example.com', 'Ada@EXAMPLE.org']) expect(() => assertDomainAllowed('member', email, settings)).not.toThrow()
    for (const email of ['ada@elsewhere.com', null]) expect(() => assertDomainAllowed('member', email, defaultWorkspaceSettings)).not.toThrow()
  })

  it.each(['ada@elsewhere.com', 'ada@sub.example.com', 'ada@notexample.com', 'ada@example.com.evil', 'example.com@elsewhere.com', null])(
    'refuses %j as a member and an admin, and takes them as a guest', (email) => {
      for (const role of ['member', 'admin'] as const) {
        expect(() => assertDomainAllowed(role, email, settings)).toThrow(expect.objectContaining({ kind: 'forbidden', code: 'email_domain_not_allowed' }))
      }
      expect(() => assertDomainAllowed('guest', email, settings)).not.toThrow()
    },
  )
})
