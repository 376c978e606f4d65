import type { Place } from '@afrochat/test-stage'
import type { Hands } from './hands.ts'

/** A change by which somebody comes to see less, or more, than before. */
export interface Transition {
  readonly name: string
  readonly place: Place
  /** Of whom it is looked at what they see. */
  readonly whose: string
  readonly act: (hands: Hands) => Promise<unknown>
  /** Whether they see, by whatever way, what was said there before. */
  readonly before: boolean
  /** Whether they see what is said there afterwards; undefined: nobody can say anything there any more. */
  readonly after?: boolean
  /** Whether it comes to their open connection, and when they come back to it later. By default as `after`. */
  readonly comes?: boolean
  /** What comes of a message of theirs there. */
  readonly posting: string
  /** What comes of a message that they had scheduled there; by default the same. */
  readonly scheduled?: string
  /** Events by which they learn of it. */
  readonly told: readonly string[]
  /** The code with which their connections end. */
  readonly closes?: number
  /** Nothing but messages is changed: what the channel says of itself stays. */
  readonly isAboutMessages?: boolean
}

const GONE = { before: false, after: false } as const
const STAYS = { before: true, after: true } as const
const HIDDEN = '404:channel_not_found'
const OUTSIDE = '403:not_in_channel'

export const transitions: readonly Transition[] = [
  {
    name: 'put out of a private channel', place: 'private', whose: 'MC', ...GONE, posting: HIDDEN, told: ['member_left'],
    act: (hands) => hands.as('CM', 'removeChannelMember', { user_id: hands.person('MC') }),
  },
  {
    name: 'put out of a public channel', place: 'public', whose: 'MC', ...STAYS, comes: false, posting: OUTSIDE, told: ['member_left'],
    act: (hands) => hands.as('CM', 'removeChannelMember', { user_id: hands.person('MC') }),
  },
  {
    name: 'a guest put out of a public channel', place: 'public', whose: 'GM', ...GONE, posting: HIDDEN, told: ['member_left'],
    act: (hands) => hands.as('CM', 'removeChannelMember', { user_id: hands.person('GM') }),
  },
  {
    name: 'left a private channel', place: 'private', whose: 'MC', ...GONE, posting: HIDDEN, told: ['member_left'],
    act: (hands) => hands.as('MC', 'leaveChannel'),
  },
  {
    name: 'left a private channel and was added again', place: 'private', whose: 'MC', ...STAYS, posting: 'A', told: ['member_left', 'member_joined'],
    async act(hands) {
      await hands.as('MC', 'leaveChannel')
      await hands.sayMeanwhile()
      await hands.as('CM', 'addChannelMembers', {}, { user_ids: [hands.person('MC')] })
    },
  },
  {
    name: 'a public channel made private, for who is not in it', place: 'public', whose: 'MN', ...GONE, posting: HIDDEN, told: ['channel_deleted'],
    act: (hands) => hands.as('ADc', 'updateChannel', {}, { kind: 'private' }),
  },
  {
    name: 'a public channel made private, for who is in it', place: 'public', whose: 'MC', ...STAYS, posting: 'A', told: ['channel_updated'],
    act: (hands) => hands.as('ADc', 'updateChannel', {}, { kind: 'private' }),
  },
  {
    name: 'a private channel made public, for who is not in it', place: 'private', whose: 'MN', ...STAYS, comes: false, posting: OUTSIDE, told: ['channel_created'],
    act: (hands) => hands.as('ADc', 'updateChannel', {}, { kind: 'public' }),
  },
  {
    name: 'a private channel made public, for a guest who is not in it', place: 'private', whose: 'GMx', ...GONE, posting: HIDDEN, told: [],
    act: (hands) => hands.as('ADc', 'updateChannel', {}, { kind: 'public' }),
  },
  {
    name: 'a channel archived', place: 'private', whose: 'MC', before: true, posting: '409:channel_archived', told: ['channel_archived'],
    act: (hands) => hands.as('CM', 'archiveChannel'),
  },
  {
    name: 'a channel brought back', place: 'archived private', whose: 'MC', ...STAYS, posting: 'A', told: ['channel_unarchived'],
    act: (hands) => hands.as('CM', 'unarchiveChannel'),
  },
  {
    name: 'a channel deleted', place: 'public', whose: 'MC', before: false, posting: HIDDEN, told: ['channel_deleted'],
    act: (hands) => hands.as('ADc', 'deleteChannel'),
  },
  {
    name: 'messages deleted', place: 'public', whose: 'MC', isAboutMessages: true, before: false, after: true, posting: 'A', told: ['message_deleted'],
    act: async (hands) => hands.eachOfWhatWasSaid(({ id, by }) => hands.as(by, 'deleteMessage', { message_id: id })),
  },
  {
    name: 'words taken out of messages', place: 'public', whose: 'MC', isAboutMessages: true, before: false, after: true, posting: 'A', told: ['message_updated'],
    act: async (hands) => hands.eachOfWhatWasSaid(({ id, by }) => hands.as(by, 'editMessage', { message_id: id }, { content: 'nothing of it' })),
  },
  {
    name: 'a member made a guest of other channels', place: 'public', whose: 'MC', ...GONE, posting: HIDDEN, told: ['workspace_member_updated', 'member_left'],
    act: (hands) => hands.as('OW', 'updateWorkspaceMember', { user_id: hands.person('MC') }, { role: 'guest', channel_ids: [hands.id('channel default')] }),
  },
  {
    name: 'a member made a guest of the channel', place: 'public', whose: 'MC', ...STAYS, posting: 'A', told: ['workspace_member_updated', 'member_left'],
    act: (hands) => hands.as('OW', 'updateWorkspaceMember', { user_id: hands.person('MC') }, { role: 'guest', channel_ids: [hands.id('channel public')] }),
  },
  {
    name: "a guest's channels reduced", place: 'public', whose: 'GM', ...GONE, posting: HIDDEN, told: ['member_left'],
    act: (hands) => hands.as('OW', 'updateWorkspaceMember', { user_id: hands.person('GM') }, { role: 'guest', channel_ids: [hands.id('channel elsewhere')] }),
  },
  {
    name: 'a guest made a member', place: 'public', whose: 'GMx', ...STAYS, comes: false, posting: OUTSIDE, told: ['workspace_member_updated', 'member_joined'],
    act: (hands) => hands.as('OW', 'updateWorkspaceMember', { user_id: hands.person('GMx') }, { role: 'member' }),
  },
  {
    name: 'deactivated in the workspace', place: 'public', whose: 'MC', ...GONE, posting: HIDDEN, scheduled: 'cancelled', told: ['member_left', 'workspace_member_left'],
    act: (hands) => hands.as('OW', 'deactivateWorkspaceMember', { user_id: hands.person('MC') }),
  },
  {
    name: 'deactivated in the workspace, and let in again', place: 'private', whose: 'MC', ...STAYS, posting: 'A', scheduled: 'cancelled', told: ['workspace_member_left', 'workspace_member_joined'],
    async act(hands) {
      await hands.as('OW', 'deactivateWorkspaceMember', { user_id: hands.person('MC') })
      await hands.sayMeanwhile()
      await hands.as('OW', 'updateWorkspaceMember', { user_id: hands.person('MC') }, { deactivated: false })
    },
  },
  {
    name: 'left the workspace', place: 'public', whose: 'MC', ...GONE, posting: HIDDEN, scheduled: 'cancelled', told: ['member_left', 'workspace_member_left'],
    act: (hands) => hands.as('MC', 'leaveWorkspace'),
  },
  {
    name: 'the workspace deleted', place: 'public', whose: 'MC', before: false, posting: HIDDEN, scheduled: 'cancelled', told: ['workspace_deleted'],
    act: (hands) => hands.as('OW', 'deleteWorkspace'),
  },
  {
    name: 'an account deactivated', place: 'public', whose: 'MC', ...GONE, posting: '401:invalid_token', scheduled: 'cancelled', told: [], closes: 4010,
    act: (hands) => hands.as('MC', 'deactivateMe', {}, { password: 'correct horse battery' }),
  },
  {
    name: 'an account deactivated and reactivated, whose old sessions stay dead', place: 'public', whose: 'MC', ...GONE, posting: '401:invalid_token', scheduled: 'cancelled', told: [], closes: 4010,
    async act(hands) {
      await hands.as('MC', 'deactivateMe', {}, { password: 'correct horse battery' })
      await hands.reactivate('MC')
    },
  },
  {
    name: 'all sessions ended', place: 'public', whose: 'MC', ...GONE, posting: '401:invalid_token', scheduled: 'A', told: [], closes: 4010,
    act: (hands) => hands.as('MC', 'revokeAllSessions'),
  },
  {
    name: 'signed out', place: 'public', whose: 'MC', ...GONE, posting: '401:invalid_token', scheduled: 'A', told: [], closes: 4010,
    act: (hands) => hands.as('MC', 'logout', {}, {}),
  },
  {
    name: 'the other of a direct message deactivated', place: 'dm', whose: 'MC', before: true, posting: '409:recipient_deactivated', told: ['member_left'],
    act: (hands) => hands.as('OW', 'deactivateWorkspaceMember', { user_id: hands.person('PA') }),
  },
  {
    name: 'of a direct message, who was deactivated', place: 'group dm', whose: 'MC', ...GONE, posting: HIDDEN, scheduled: 'cancelled', told: ['member_left', 'workspace_member_left'],
    act: (hands) => hands.as('OW', 'deactivateWorkspaceMember', { user_id: hands.person('MC') }),
  },
]
