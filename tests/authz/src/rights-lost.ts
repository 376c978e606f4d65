import type { Hands } from './hands.ts'

/** Something that somebody may do, until something happens to them. */
export interface RightLost {
  readonly name: string
  readonly whose: string
  readonly act: (hands: Hands) => Promise<unknown>
  /** What they might have done a moment ago, and what comes of it now. */
  readonly then: readonly Attempted[]
}

interface Attempted {
  readonly operation: string
  readonly params?: (hands: Hands) => Record<string, string>
  readonly body?: (hands: Hands) => object
  readonly word: string
}

const ROLE = '403:role_not_allowed'
const NOT = '403:not_allowed'
const become = (by: string, whose: string, change: object) => (hands: Hands) => hands.as(by, 'updateWorkspaceMember', { user_id: hands.person(whose) }, change)
const partner = (hands: Hands) => ({ user_id: hands.person('PA') })
const token = (name: string) => (hands: Hands) => ({ token: hands.id(`invite ${name}`) })

/** In the public channel of the stage, which CM manages, ADc is in, and AD, OW and OWc administrate. */
export const rightsLost: readonly RightLost[] = [
  {
    name: 'an admin made a member', whose: 'AD', act: become('OW', 'AD', { role: 'member' }),
    then: [
      { operation: 'listAuditLog', word: ROLE },
      { operation: 'updateWorkspace', body: () => ({ name: 'Mine' }), word: ROLE },
      { operation: 'deactivateWorkspaceMember', params: partner, word: ROLE },
      { operation: 'createInvite', body: (hands) => ({ role: 'guest', channel_ids: [hands.channelId] }), word: ROLE },
      { operation: 'createGroup', body: () => ({ handle: 'mine', name: 'Mine' }), word: ROLE },
      { operation: 'removeChannelMember', params: partner, word: NOT },
      { operation: 'archiveChannel', word: NOT },
      { operation: 'deleteChannel', word: NOT },
      { operation: 'deleteMessage', params: (hands) => ({ message_id: hands.id('message public') }), word: NOT },
    ],
  },
  {
    name: 'an owner made an admin', whose: 'OWc', act: become('OW', 'OWc', { role: 'admin' }),
    then: [
      { operation: 'deleteWorkspace', word: ROLE },
      { operation: 'updateWorkspace', body: () => ({ settings: { admins_may_manage_admins: true } }), word: ROLE },
      { operation: 'updateWorkspaceMember', params: (hands) => ({ user_id: hands.person('OWc') }), body: () => ({ role: 'owner' }), word: ROLE },
    ],
  },
  {
    name: 'who handed the workspace over', whose: 'OW', act: (hands) => hands.as('OW', 'transferWorkspace', {}, { user_id: hands.person('PA') }),
    then: [
      { operation: 'deleteWorkspace', word: ROLE },
      { operation: 'transferWorkspace', body: partner, word: ROLE },
      { operation: 'updateWorkspaceMember', params: partner, body: () => ({ role: 'member' }), word: ROLE },
    ],
  },
  {
    name: 'a manager made a member of the channel', whose: 'CM', act: (hands) => hands.as('AD', 'setMemberRole', { user_id: hands.person('CM') }, { role: 'member' }),
    then: [
      { operation: 'archiveChannel', word: NOT },
      { operation: 'removeChannelMember', params: partner, word: NOT },
      { operation: 'updateChannel', body: () => ({ posting: 'managers' }), word: NOT },
      { operation: 'lockThread', params: (hands) => ({ message_id: hands.id('root public') }), word: NOT },
    ],
  },
  {
    name: 'a manager who left the channel and came back', whose: 'CM',
    async act(hands) {
      await hands.as('CM', 'leaveChannel')
      await hands.as('CM', 'joinChannel')
    },
    then: [{ operation: 'archiveChannel', word: NOT }, { operation: 'removeChannelMember', params: partner, word: NOT }],
  },
  {
    name: 'a member made a guest', whose: 'MC', act: (hands) => become('OW', 'MC', { role: 'guest', channel_ids: [hands.channelId] })(hands),
    then: [
      { operation: 'createChannel', body: () => ({ name: 'mine', kind: 'public' }), word: '403:guest_not_allowed' },
      { operation: 'createInvite', body: () => ({ role: 'member' }), word: '403:guest_not_allowed' },
      { operation: 'listWorkspaceMembers', word: '403:guest_not_allowed' },
      { operation: 'getUser', params: (hands) => ({ user_id: hands.person('TM') }), word: '404:user_not_found' },
      { operation: 'joinChannel', params: (hands) => ({ channel_id: hands.id('channel elsewhere') }), word: '404:channel_not_found' },
      { operation: 'listGroups', word: '403:guest_not_allowed' },
    ],
  },
  {
    name: 'members lost a right by a setting', whose: 'MC',
    act: (hands) => hands.as('AD', 'updateWorkspace', {}, { settings: { members_may_create_channels: false, members_may_invite: false } }),
    then: [
      { operation: 'createChannel', body: () => ({ name: 'mine', kind: 'public' }), word: ROLE },
      { operation: 'createInvite', body: () => ({ role: 'member' }), word: ROLE },
    ],
  },
  {
    name: 'an invite revoked between being opened and accepted', whose: 'XW',
    async act(hands) {
      await hands.as('XW', 'previewInvite', token('PA')(hands))
      await hands.as('PA', 'revokeInvite', { invite_id: hands.id('invite PA') })
    },
    then: [{ operation: 'acceptInvite', params: token('PA'), word: '410:invite_revoked' }, { operation: 'previewInvite', params: token('PA'), word: '410:invite_revoked' }],
  },
  {
    name: 'an invite whose maker was deactivated', whose: 'XW', act: (hands) => hands.as('OW', 'deactivateWorkspaceMember', partner(hands)),
    then: [{ operation: 'acceptInvite', params: token('PA'), word: '410:invite_revoked' }],
  },
  {
    name: 'an invite whose maker was deactivated and let in again', whose: 'XW',
    async act(hands) {
      await hands.as('OW', 'deactivateWorkspaceMember', partner(hands))
      await hands.as('OW', 'updateWorkspaceMember', partner(hands), { deactivated: false })
    },
    then: [{ operation: 'acceptInvite', params: token('PA'), word: '410:invite_revoked' }],
  },
  {
    name: 'an invite whose maker became a guest', whose: 'XW', act: (hands) => become('OW', 'PA', { role: 'guest', channel_ids: [hands.channelId] })(hands),
    then: [{ operation: 'acceptInvite', params: token('PA'), word: '410:invite_revoked' }],
  },
  {
    name: 'an invite of members, when members may not invite any more', whose: 'XW',
    act: (hands) => hands.as('AD', 'updateWorkspace', {}, { settings: { members_may_invite: false } }),
    then: [{ operation: 'acceptInvite', params: token('PA'), word: '410:invite_revoked' }],
  },
]
