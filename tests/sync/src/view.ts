import type { Boot, Message } from '@afrochat/contracts'
import { DomainError, type ChannelId, type SessionId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import type { Scene, Stage } from '@afrochat/test-stage'
import { allItems, forEverybody, type MessageState } from '@afrochat/test-support'
import type { ClientState } from '../../support/src/boot-state.ts'
import type { KeptState } from './kept-state.ts'

/** What somebody reads when they begin: the first screen, and what else their client keeps by events from then on. */
export interface View {
  /** Undefined: they are not in the workspace. */
  readonly boot: Boot | undefined
  readonly counting: Pick<ClientState, 'followed' | 'isConnected' | 'unsure'>
  readonly kept: KeptState
  /** Of the channel that is looked at; undefined for who is not in it. */
  readonly messages: MessageState | undefined
  /** What one is to its threads, by root: whether one follows, and how far one has read. */
  readonly threads: Readonly<Record<string, { readonly following: boolean; readonly last_read_seq: number }>>
}

export async function look({ api: { services } }: Stage, scene: Scene, { name, channelId }: { name: string; channelId: string }): Promise<View> {
  const { workspace, chat } = services
  const actor = { userId: scene.id(`user ${name}`) as UserId, sessionId: scene.id(`session ${name}`) as SessionId, requestId: null }
  const workspace_id = scene.id('workspace') as WorkspaceId
  const channel_id = channelId as ChannelId

  const boot = await unless('workspace_not_found', () => workspace.boot(actor, workspace_id))
  const isInside = boot?.channels.some(({ id }) => id === channelId) === true
  const [followed, members, saved, scheduled, reminders] = boot === undefined ? [[], undefined, [], [], []] : await Promise.all([
    allItems((page) => chat.listThreads(actor, { workspace_id, ...page })),
    unless('guest_not_allowed', () => allItems((page) => workspace.listWorkspaceMembers(actor, { workspace_id, limit: 200, ...page }))),
    allItems((page) => chat.listSaved(actor, { limit: 200, ...page })),
    allItems((page) => chat.listScheduledMessages(actor, { workspace_id, ...page })),
    allItems((page) => chat.listReminders(actor, { workspace_id, ...page })),
  ])
  const [messages, pins, inside] = !isInside ? [undefined, [], []] : await Promise.all([
    allItems((page) => chat.listChanges(actor, { channel_id, since: 0, limit: 200, ...page })),
    allItems((page) => chat.listPins(actor, { channel_id, ...page })),
    allItems((page) => workspace.listChannelMembers(actor, { channel_id, limit: 200, ...page })),
  ])
  return {
    boot,
    counting: {
      isConnected: false, unsure: { channels: new Set(), threads: false },
      followed: new Map(followed.map(({ root, unread_count, mention_count }) => [root.id, { channelId: root.channel_id, unread_count, mention_count }])),
    },
    kept: {
      me: actor.userId,
      members: members && Object.fromEntries(members.map(({ user, role, single_channel, deactivated_at }) =>
        [user.id, { role, single_channel, isDeactivated: deactivated_at !== null }])),
      saved: new Set(saved.map(({ message_id }) => message_id)),
      scheduled: Object.fromEntries(scheduled.map((one) => [one.id, one])),
      reminders: Object.fromEntries(reminders.map((one) => [one.id, one])),
      channel: messages && {
        id: channelId, pins: pins.map(({ id }) => id), members: Object.fromEntries(inside.map(({ user, role }) => [user.id, role])),
      },
    },
    messages: messages && new Map(messages.map((message) => [message.id, forEverybody(message)])),
    threads: Object.fromEntries((messages ?? []).flatMap(threadOf)),
  }
}

function threadOf({ id, thread }: Message): [string, View['threads'][string]][] {
  return thread === null ? [] : [[id, { following: thread.following, last_read_seq: thread.last_read_seq }]]
}

async function unless<T>(code: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof DomainError && error.code === code) return undefined
    throw error
  }
}
