import type { Boot, Channel, ClientEventName, EventPayload, User } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import { channelCountsAfter, followedAfter, subscribed, withoutThreads, type Counting } from './counts-state.ts'

/** What `/boot` tells a client. */
export type BootState = Omit<Boot, 'cursor'>
/** What it keeps of it, and what it needs besides to count what is unread. */
export type ClientState = BootState & Counting

type ReceivedEvent = Pick<PlacedEvent, 'type' | 'payload' | 'seq'>

/**
 * The state after an event, as any client would work it out by what the interface says of itself. A replay test boots,
 * acts, applies what its user received, and must find what `/boot` says now: an event that says too little fails there.
 * Every client event has its line here, or this does not compile.
 */
export function applyToBoot(state: ClientState, { type, payload, seq }: ReceivedEvent): ClientState {
  const change = changes[type as ClientEventName] as Change<never>
  // As it was emitted: `emit` checks payloads when compiling.
  return change(state, JSON.parse(payload) as never, seq ?? 0)
}

type Change<P> = (state: ClientState, payload: P, seq: number) => ClientState
type Changes = { readonly [N in ClientEventName]: Change<EventPayload<N>> }

/** What changes a message changes nothing of the channel but its head. */
const moveHead: Change<{ channel_id: string }> = (state, { channel_id }, seq) => inChannel(state, channel_id, () => ({ last_seq: seq }))

/** What takes words away may take a mention or something unread away: whoever does not hold the messages asks what is left. */
const moveHeadAndAsk: Change<{ channel_id: string }> = (state, payload, seq) => unsureOf(moveHead(state, payload, seq), payload.channel_id)

/** The shared part of the channel is as it says; the caller's own stays. */
const changeChannel: Change<EventPayload<'channel_updated'>> = (state, channel) => inChannel(state, channel.id, () => channel)

const changes: Changes = {
  message_sent: (state, message, seq) =>
    inChannel({ ...state, followed: followedAfter(state, message) }, message.channel_id, (channel) => ({
      last_seq: seq, ...(message.kind !== 'system' && { last_message_at: message.created_at }), ...channelCountsAfter(state, channel, message),
    })),
  message_updated: moveHeadAndAsk,
  message_deleted: (state, payload, seq) =>
    moveHeadAndAsk({ ...state, followed: withoutThreads(state, (_thread, rootId) => rootId === payload.id) }, payload, seq),
  thread_updated: moveHead,
  reaction_added: moveHead,
  reaction_removed: moveHead,
  messages_bulk_deleted: (state, payload, seq) =>
    moveHeadAndAsk({ ...state, followed: withoutThreads(state, (_thread, rootId) => payload.ids.some((id) => id === rootId)) }, payload, seq),
  message_pinned: moveHead,
  message_unpinned: moveHead,
  // The first screen lists one's own channels, and this is about another.
  channel_created: (state) => state,
  channel_updated: changeChannel,
  channel_archived: changeChannel,
  channel_unarchived: changeChannel,
  channel_deleted: (state, { id }) => ({
    ...state,
    followed: withoutThreads(state, ({ channelId }) => channelId === id),
    channels: state.channels.filter((channel) => channel.id !== id),
    // What one wrote in a channel that one had left before is still there: it may only have become private.
    drafts: state.channels.some((channel) => channel.id === id) ? state.drafts.filter(({ channel_id }) => channel_id !== id) : state.drafts,
  }),
  member_joined: (state, { channel, user, role }, seq) => {
    const known = withUser(state, user)
    if (user.id !== state.me.id) return inChannel(known, channel.id, () => ({ last_seq: seq, member_count: channel.member_count }))
    const mine: Channel = {
      ...channel, is_member: true, role, muted: false, notify: 'default', starred: false, last_read_seq: seq, unread_count: 0, mention_count: 0, unread_capped: false,
    }
    // The threads of an earlier membership are back, and which they are it has to ask.
    return { ...known, channels: byId([...known.channels, mine]), unsure: { ...known.unsure, threads: true } }
  },
  member_left: (state, { channel_id, user_id }, seq) => user_id === state.me.id
    ? { ...state, followed: withoutThreads(state, ({ channelId }) => channelId === channel_id), channels: state.channels.filter(({ id }) => id !== channel_id) }
    : inChannel(state, channel_id, ({ member_count }) => ({ last_seq: seq, member_count: member_count - 1 })),
  channel_read: (state, { channel_id, as_of_seq, ...marks }) => {
    const read = inChannel(state, channel_id, () => marks)
    // Somebody wrote while it was counted: whoever does not hold those messages asks.
    return hasMovedOn(state, channel_id, as_of_seq) ? unsureOf(read, channel_id) : read
  },
  member_updated: (state, { channel_id, user_id, role }, seq) =>
    inChannel(state, channel_id, () => ({ last_seq: seq, ...(user_id === state.me.id && { role }) })),
  workspace_updated: (state, workspace) => ({ ...state, workspace }),
  workspace_deleted: (state) => state,
  workspace_member_updated: (state, { user_id, role }) => (user_id === state.me.id ? { ...state, role } : state),
  user_updated: (state, { user }) => ({
    ...state,
    users: state.users.map((known) => (known.id === user.id ? user : known)),
    me: user.id === state.me.id ? { ...state.me, ...user } : state.me,
  }),
  group_updated: (state, group) => ({ ...state, groups: byId([...state.groups.filter(({ id }) => id !== group.id), group]) }),
  group_deleted: (state, { id }) => ({ ...state, groups: state.groups.filter((group) => group.id !== id) }),
  emoji_updated: (state, { name, emoji }) => ({
    ...state, emoji: [...state.emoji.filter((known) => known.name !== name), ...(emoji === null ? [] : [emoji])].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }),
  preferences_updated: (state, { channel, user }) => {
    if (user !== null) return { ...state, preferences: user }
    const { channel_id, ...kept } = channel ?? { channel_id: '' }
    // What mentions somebody in a muted channel is another question.
    return unsureOf(inChannel(state, channel_id, () => kept), channel_id)
  },
  draft_updated: (state, { channel_id, thread_id, draft }) => ({
    ...state,
    drafts: byId([...state.drafts.filter((known) => known.channel_id !== channel_id || known.thread_id !== thread_id), ...(draft === null ? [] : [draft])]),
  }),
  thread_subscription_updated: (state, news) => {
    const followed = subscribed(state, news)
    return { ...state, followed, unsure: { ...state.unsure, threads: state.unsure.threads || hasMovedOn(state, news.channel_id, news.as_of_seq) } }
  },
  // Not on the first screen.
  saved_updated: (state) => state,
  scheduled_message_updated: (state) => state,
  reminder_updated: (state) => state,
  workspace_member_joined: (state, { user }) => withUser(state, user),
  // Whoever left has written messages: they stay among the people.
  workspace_member_left: (state) => state,
}

const unsureOf = (state: ClientState, channelId: string): ClientState =>
  ({ ...state, unsure: { channels: new Set([...state.unsure.channels, channelId]), threads: true } })

const hasMovedOn = ({ channels }: ClientState, channelId: string, asOfSeq: number): boolean =>
  channels.some(({ id, last_seq }) => id === channelId && last_seq > asOfSeq)

function inChannel(state: ClientState, channelId: string, fields: (channel: Channel) => Partial<Channel>): ClientState {
  return { ...state, channels: state.channels.map((channel) => (channel.id === channelId ? { ...channel, ...fields(channel) } : channel)) }
}

const withUser = (state: ClientState, user: User): ClientState =>
  state.users.some(({ id }) => id === user.id) ? state : { ...state, users: byId([...state.users, user]) }

const byId = <T extends { readonly id: string }>(items: readonly T[]): T[] => items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
