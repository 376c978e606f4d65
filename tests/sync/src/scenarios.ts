import type { WorkspaceSettings } from '@afrochat/contracts'
import type { ActorCode } from '@afrochat/test-stage'

/** Who does it, on what: objects are those of `tests/stage/src/requests`. */
export interface Scenario {
  readonly object: string
  readonly by: ActorCode
  readonly settings?: Partial<WorkspaceSettings>
}

const scenario = (object: string, ...by: ActorCode[]): Scenario[] => by.map((actor) => ({ object, by: actor }))
const everywhere = (by: ActorCode): Scenario[] => ['public', 'private', 'dm', 'group dm'].flatMap((place) => scenario(place, by))

/**
 * At least one for every operation that changes something: `replay.int.test.ts` fails for one that has none. Those of
 * accounts and sessions change nothing that a client of a workspace keeps, and that is what they show here.
 */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  register: scenario('anybody', 'AN'),
  login: scenario('own', 'MC'),
  refresh: scenario('own token', 'MC'),
  logout: scenario('own', 'MC'),
  revokeSession: scenario('own', 'MC'),
  revokeAllSessions: scenario('own', 'MC'),
  deactivateMe: scenario('oneself', 'MC', 'CM', 'G1', 'OW'),

  updateMe: scenario('oneself', 'MC', 'GM', 'MN'),
  setStatus: scenario('oneself', 'MC', 'GM'),
  clearStatus: scenario('oneself', 'MC'),
  setAvatar: scenario('oneself', 'MC', 'GM'),
  removeAvatar: scenario('oneself', 'MC'),
  updatePreferences: scenario('oneself', 'MC', 'GM'),
  setPresence: scenario('oneself', 'MC', 'GM'),

  createWorkspace: scenario('a new one', 'MC'),
  updateWorkspace: [...scenario('its name', 'AD'), ...scenario('its settings', 'OW')],
  deleteWorkspace: scenario('this one', 'OW'),
  setIcon: scenario('this one', 'AD'),
  removeIcon: scenario('this one', 'AD'),
  transferWorkspace: [...scenario('to a member', 'OW'), ...scenario('to a guest', 'OW')],
  leaveWorkspace: scenario('this one', 'MC', 'CM', 'GM', 'G1', 'ADc', 'OW'),
  updateWorkspaceMember: [
    ...['a guest, to member', 'a member, to guest', 'a member, to admin', 'an admin, to member', 'a member, to owner', 'another owner, to member',
      'who was deactivated, back', 'a guest, to admin'].flatMap((object) => scenario(object, 'OW')),
    ...scenario('the first owner, to member', 'OWc'),
  ],
  deactivateWorkspaceMember: [...scenario('a member', 'AD'), ...scenario('a guest', 'AD'), ...scenario('an admin', 'OW'), ...scenario('another owner', 'OW')],

  createInvite: scenario('member', 'MC'),
  revokeInvite: scenario('own', 'MC'),
  acceptInvite: scenario('an open one', 'XW', 'EX'),

  createGroup: scenario('a group', 'AD'),
  updateGroup: scenario('a group', 'AD'),
  deleteGroup: scenario('a group', 'AD'),
  setEmoji: [...scenario('a new one', 'MC'), ...scenario('own', 'MC')],
  deleteEmoji: scenario('own', 'MC'),

  createChannel: [...scenario('a public one', 'MC'), ...scenario('a private one', 'MC')],
  openDm: [
    ...scenario('with somebody of the same channels', 'MC', 'GM', 'MN'), ...scenario('with several', 'MC'), ...scenario('with oneself', 'MC'),
  ],
  updateChannel: [
    ...scenario('public', 'MC'), ...scenario('private', 'MC'), ...scenario('default', 'OWc'), ...scenario('public, its name', 'CM'),
    ...scenario('public, made private', 'AD'), ...scenario('private, made public', 'ADc'), ...scenario('public, made read-only', 'CM'),
    ...scenario('public, made a default one', 'AD'),
  ],
  archiveChannel: [...scenario('public', 'CM', 'AD'), ...scenario('private', 'CM')],
  unarchiveChannel: [...scenario('archived', 'CM', 'AD'), ...scenario('archived private', 'CM')],
  deleteChannel: [...scenario('public', 'AD'), ...scenario('private', 'ADc'), ...scenario('archived', 'AD')],
  joinChannel: [...scenario('public', 'MN', 'AD')],
  leaveChannel: [...scenario('public', 'MC', 'CM'), ...scenario('private', 'GM')],
  addChannelMembers: [...scenario('public', 'MN', 'CM'), ...scenario('private', 'MC'), ...scenario('public, a guest', 'CM')],
  removeChannelMember: [...scenario('public', 'AD'), ...scenario('private', 'CM'), ...scenario('public, a guest', 'CM')],
  setMemberRole: [...scenario('public', 'CM'), ...scenario('public, the manager, to member', 'AD')],
  setChannelPreferences: [...scenario('public', 'MC', 'MN'), ...scenario('dm', 'G1')],
  markChannelRead: [...everywhere('MC'), ...scenario('public', 'MN', 'GM')],
  markChannelUnread: everywhere('MC'),

  sendMessage: [
    ...everywhere('MC'), ...everywhere('G1'),
    ...scenario('public, a reply', 'MC', 'AU', 'GM'), ...scenario('private, a reply', 'CM'), ...scenario('dm, a reply', 'MC'),
    ...scenario('public, for everybody', 'CM'),
  ],
  editMessage: everywhere('AU'),
  deleteMessage: [...everywhere('AU'), ...scenario('public', 'AD')],
  bulkDeleteMessages: [...scenario('public', 'CM'), ...scenario('private', 'ADc')],
  addReaction: everywhere('MC'),
  removeReaction: [...everywhere('MC'), ...scenario('public', 'G1')],
  followThread: scenario('public', 'MC', 'MN'),
  unfollowThread: scenario('public', 'AU'),
  markThreadRead: scenario('public', 'AU'),
  markThreadUnread: scenario('public', 'AU'),
  lockThread: scenario('public', 'CM'),
  unlockThread: scenario('public', 'CM'),
  markAllRead: scenario('this one', 'MC', 'GM'),

  pinMessage: everywhere('MC'),
  unpinMessage: everywhere('MC'),
  saveMessage: scenario('public', 'MC', 'MN'),
  unsaveMessage: [...scenario('public', 'MC'), ...scenario('public', 'EX')],
  saveDraft: [...scenario('public', 'MC'), ...scenario('public, in a thread', 'MC')],
  removeDraft: scenario('public', 'MC'),

  createScheduledMessage: scenario('public', 'MC'),
  updateScheduledMessage: scenario('own', 'MC'),
  cancelScheduledMessage: scenario('own', 'MC'),
  createReminder: scenario('public', 'MC', 'MN'),
  updateReminder: scenario('own', 'MC'),
  cancelReminder: scenario('own', 'MC'),
}

/** Of these, nothing is there to be changed on the stage; the operation is tried all the same. */
export const CHANGES_NOTHING: ReadonlySet<string> = new Set(['clearStatus', 'removeAvatar', 'removeIcon'])
