import type { ChannelRole, ClientEventName, EventPayload, Reminder, ScheduledMessage, WorkspaceRole } from '@afrochat/contracts'
import type { ReceivableEvent } from '@afrochat/test-support'

/** The lists that a client has read once, beside `/boot` and the messages, and keeps by events from then on. */
export interface KeptState {
  readonly me: string
  /** Members of the workspace; of guests, who may not list them, undefined. */
  readonly members: Readonly<Record<string, { readonly role: WorkspaceRole; readonly single_channel: boolean; readonly isDeactivated: boolean }>> | undefined
  /** Messages on one's own list, by id. */
  readonly saved: ReadonlySet<string>
  readonly scheduled: Readonly<Record<string, ScheduledMessage>>
  readonly reminders: Readonly<Record<string, Reminder>>
  /** Of the channel that is looked at; undefined for who is not in it. */
  readonly channel: ChannelLists | undefined
}

interface ChannelLists {
  readonly id: string
  readonly members: Readonly<Record<string, ChannelRole>>
  /** Latest first. */
  readonly pins: readonly string[]
}

type Change<N extends ClientEventName> = (state: KeptState, payload: EventPayload<N>) => KeptState
/** Every event has its line here, or this does not compile; null: it changes none of these lists. */
type Changes = { readonly [N in ClientEventName]: Change<N> | null }

const changes: Changes = {
  workspace_member_joined: (state, { user, role, single_channel }) => withMember(state, user.id, { role, single_channel, isDeactivated: false }),
  workspace_member_updated: (state, { user_id, role, single_channel }) => withMember(state, user_id, { role, single_channel }),
  workspace_member_left: (state, { user_id }) => withMember(state, user_id, { isDeactivated: true }),
  saved_updated: (state, { message_id, saved_at }) =>
    ({ ...state, saved: saved_at === null ? without(state.saved, [message_id]) : new Set([...state.saved, message_id]) }),
  scheduled_message_updated: (state, message) => ({ ...state, scheduled: { ...state.scheduled, [message.id]: message } }),
  reminder_updated: (state, reminder) => ({ ...state, reminders: { ...state.reminders, [reminder.id]: reminder } }),
  member_joined: (state, { channel, user, role }) => inChannel(state, channel.id, ({ members }) => ({ members: { ...members, [user.id]: role } })),
  member_updated: (state, { channel_id, user_id, role }) => inChannel(state, channel_id, ({ members }) => ({ members: { ...members, [user_id]: role } })),
  member_left: (state, { channel_id, user_id }) => (user_id === state.me && state.channel?.id === channel_id
    ? { ...state, channel: undefined }
    : inChannel(state, channel_id, ({ members: { [user_id]: _, ...members } }) => ({ members }))),
  message_pinned: (state, { message_id, channel_id }) => inChannel(state, channel_id, ({ pins }) => ({ pins: [message_id, ...unpinned(pins, message_id)] })),
  message_unpinned: (state, { message_id, channel_id }) => inChannel(state, channel_id, ({ pins }) => ({ pins: unpinned(pins, message_id) })),
  message_deleted: (state, { id, channel_id }) => withoutMessages(state, channel_id, [id]),
  messages_bulk_deleted: (state, { ids, channel_id }) => withoutMessages(state, channel_id, ids),
  channel_deleted: (state, { id }) => (state.channel?.id === id ? { ...state, channel: undefined } : state),

  message_sent: null, message_updated: null, thread_updated: null, reaction_added: null, reaction_removed: null,
  channel_created: null, channel_updated: null, channel_archived: null, channel_unarchived: null, channel_read: null,
  workspace_updated: null, workspace_deleted: null, user_updated: null, group_updated: null, group_deleted: null, emoji_updated: null,
  preferences_updated: null, draft_updated: null, thread_subscription_updated: null,
}

const unpinned = (pins: readonly string[], messageId: string) => pins.filter((id) => id !== messageId)

/** The lists after an event, as any client would work them out. */
export function applyToKept(state: KeptState, { type, payload }: ReceivableEvent): KeptState {
  const change: Change<never> | null = changes[type as ClientEventName]
  // As it was emitted: `emit` checks payloads when compiling.
  return change === null ? state : change(state, JSON.parse(payload) as never)
}

type Member = NonNullable<KeptState['members']>[string]

function withMember(state: KeptState, userId: string, change: Partial<Member>): KeptState {
  if (state.members === undefined) return state
  const before = state.members[userId] ?? { role: 'member', single_channel: false, isDeactivated: false }
  return { ...state, members: { ...state.members, [userId]: { ...before, ...change } } }
}

function inChannel(state: KeptState, id: string, change: (lists: ChannelLists) => Partial<ChannelLists>): KeptState {
  return state.channel?.id === id ? { ...state, channel: { ...state.channel, ...change(state.channel) } } : state
}

/** A deleted message is on nobody's list. */
function withoutMessages(state: KeptState, channelId: string, ids: readonly string[]): KeptState {
  return inChannel({ ...state, saved: without(state.saved, ids) }, channelId, ({ pins }) => ({ pins: pins.filter((id) => !ids.includes(id)) }))
}

const without = (all: ReadonlySet<string>, ids: readonly string[]): Set<string> => new Set([...all].filter((id) => !ids.includes(id)))
