import type { Boot, Channel, EventPayload, Group } from '@afrochat/contracts'

type Message = EventPayload<'message_sent'>

/** What is new in a thread that somebody follows. */
export interface FollowedState {
  readonly channelId: string
  readonly unread_count: number
  readonly mention_count: number
}

/** What a client knows besides `/boot` to count what is unread. */
export interface Counting {
  /** The threads that it follows, by root: from `GET …/threads`, and from the news of them. */
  readonly followed: ReadonlyMap<string, FollowedState>
  /** Whether it is connected, so that `@here` is for it. */
  readonly isConnected: boolean
  /** What it has to ask for: channels whose counts an event changed without saying how, and whether threads are among it. */
  readonly unsure: { readonly channels: ReadonlySet<string>; readonly threads: boolean }
}

type State = Pick<Boot, 'me' | 'groups' | 'channels' | 'threads'> & Counting

/** The counts of the channel after a message in it. */
export function channelCountsAfter(state: State, channel: Channel, message: Message): Partial<Channel> {
  if (message.thread_id !== null && !message.also_in_channel) return {}
  if (message.kind === 'system') return { mention_count: channel.mention_count + (isNamed(state, message) ? 1 : 0) }
  if (message.user_id === state.me.id) return { last_read_seq: message.seq, unread_count: 0, mention_count: 0, unread_capped: false }
  return { unread_count: channel.unread_count + 1, mention_count: channel.mention_count + (isMention(state, channel, message) ? 1 : 0) }
}

/** Those of the threads after a message. A reply that is in the channel too counts there. */
export function followedAfter(state: State, message: Message): Counting['followed'] {
  const thread = state.followed.get(message.thread_id ?? '')
  const channel = state.channels.find(({ id }) => id === message.channel_id)
  if (thread === undefined || channel === undefined || message.thread_id === null) return state.followed
  if (message.user_id === state.me.id) return withThread(state, message.thread_id, { ...thread, unread_count: 0, mention_count: 0 })
  if (message.also_in_channel) return state.followed
  const mention_count = thread.mention_count + (isMention(state, channel, message) ? 1 : 0)
  return withThread(state, message.thread_id, { ...thread, unread_count: thread.unread_count + 1, mention_count })
}

/** After the news of one's following. */
export function subscribed(state: State, news: EventPayload<'thread_subscription_updated'>): Counting['followed'] {
  const { message_id, channel_id: channelId, following, unread_count, mention_count } = news
  if (following) return withThread(state, message_id, { channelId, unread_count, mention_count })
  return withoutThreads(state, (_thread, rootId) => rootId === message_id)
}

export const withoutThreads = ({ followed }: State, isGone: (thread: FollowedState, rootId: string) => boolean): Counting['followed'] =>
  new Map([...followed].filter(([rootId, thread]) => !isGone(thread, rootId)))

const withThread = ({ followed }: State, rootId: string, thread: FollowedState) => new Map(followed).set(rootId, thread)

function isMention(state: State, channel: Channel, message: Message): boolean {
  if (isNamed(state, message)) return true
  if (channel.muted) return false
  return channel.user_ids !== null || (message.mentions.channel === 'here' ? state.isConnected : message.mentions.channel !== null)
}

const isNamed = ({ me, groups }: State, { mentions }: Message): boolean =>
  mentions.user_ids.includes(me.id) || mentions.group_ids.some((id) => isIn(groups, id, me.id))

/** In the group, or in one of its subgroups. */
function isIn(groups: readonly Group[], groupId: string, userId: string, seen: ReadonlySet<string> = new Set()): boolean {
  const group = groups.find(({ id }) => id === groupId)
  if (group === undefined || seen.has(groupId)) return false
  return group.user_ids.some((id) => id === userId) || group.group_ids.some((id) => isIn(groups, id, userId, new Set([...seen, groupId])))
}
