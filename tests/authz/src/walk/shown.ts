import type { ClientEventName, EventPayload } from '@afrochat/contracts'
import type { Reads } from './reads.ts'

/** Who got something, and what they can read. */
export interface Viewer {
  readonly me: string
  readonly now: Reads
  /** Before anything happened: what has ended must have been theirs. */
  readonly before: Reads
}

/** What an event says, each part beside what its receiver reads over HTTP: that must show all of it. */
type Evidence = readonly (readonly [said: unknown, read: unknown])[]
type Rule<P> = (said: P, viewer: Viewer) => Promise<Evidence>
/** A new event does not compile until it is said where its receivers can read what it tells them. */
type Rules = { readonly [N in ClientEventName]: Rule<EventPayload<N>> }

/** A channel goes on, and so does what is said of how far it has come: whoever reads it a moment later reads more. */
async function theChannel({ last_seq, last_message_at, member_count, ...channel }: EventPayload<'channel_updated'>, { now }: Viewer): Promise<Evidence> {
  const read = await now.channel(channel.id)
  const isBefore = last_seq <= Number(read?.['last_seq']) && member_count <= Number(read?.['member_count'])
  return [[channel, read], [true, isBefore && (last_message_at ?? '') <= String(read?.['last_message_at'])]]
}

/** What somebody is to a channel, and how far it was when that was said. */
async function ownPlace({ channel_id: id, as_of_seq = 0, ...place }: { channel_id: string; as_of_seq?: number }, { now }: Viewer): Promise<Evidence> {
  const channel = await now.channel(id)
  return [[{ id, ...place }, channel], [true, as_of_seq <= Number(channel?.['last_seq'])]]
}

/** Who did something to somebody in a channel: they may look the person up, or read the name there. */
const mayKnow = async ({ now }: Viewer, channelId: string, by: string | null): Promise<boolean> =>
  by === null || await now.user(by) !== undefined || now.isNamedIn(channelId, by)

const rules: Rules = {
  message_sent: async (message, { now }) => [[message, await now.message(message.id)]],
  message_updated: async (message, { now }) => [[message, await now.message(message.id)]],
  message_deleted: async (message, { now }) => [[{ ...message, content: '' }, await now.message(message.id)]],
  messages_bulk_deleted: async ({ ids, ...rest }, { now }) =>
    Promise.all(ids.map(async (id) => [{ id, content: '', ...rest }, await now.message(id)] as const)),
  message_pinned: async ({ message_id: id, ...rest }, { now }) => [[{ id, pinned: true, ...rest }, await now.pin(rest.channel_id, id)]],
  message_unpinned: async ({ message_id: id, ...rest }, { now }) => [[{ id, pinned: false, ...rest }, await now.message(id)]],
  thread_updated: async (thread, { now }) => [[thread, await now.message(thread.id)]],
  reaction_added: async ({ message_id: id, user_id, emoji, ...rest }, { now }) => {
    const message = await now.message(id)
    return [[{ id, ...rest }, message], [true, hasReacted(message, emoji, user_id)]]
  },
  reaction_removed: async ({ message_id: id, user_id, emoji, ...rest }, { now, before }) =>
    [[{ id, ...rest }, await now.message(id)], [true, hasReacted(await before.message(id), emoji, user_id)]],

  channel_created: theChannel,
  channel_updated: theChannel,
  channel_archived: theChannel,
  channel_unarchived: theChannel,
  channel_deleted: async (channel, { before }) => [[channel, await before.channel(channel.id)]],
  member_joined: async ({ channel, added_by, ...member }, viewer) => [
    ...await theChannel(channel, viewer),
    [member, await viewer.now.channelMember(channel.id, member.user.id)],
    [true, await mayKnow(viewer, channel.id, added_by)],
  ],
  member_updated: async ({ channel_id, user_id, role }, { now }) => [[{ user: { id: user_id }, role }, await now.channelMember(channel_id, user_id)]],
  member_left: async ({ channel_id, user_id, removed_by }, viewer) => {
    const { me, now, before } = viewer
    // By whom they were put out is told to the person themselves, and stands in the channel for those who stay.
    if (user_id === me) return [[{ id: channel_id, is_member: true }, await before.channel(channel_id)]]
    return [
      [{ id: channel_id, is_member: true }, await now.channel(channel_id)],
      [{ user: { id: user_id } }, await before.channelMember(channel_id, user_id)],
      // Whoever was put out of the workspace is nobody to a guest, and by which administrator is an id that opens nothing.
      [true, await now.user(user_id) === undefined || await mayKnow(viewer, channel_id, removed_by)],
    ]
  },
  channel_read: ownPlace,

  workspace_updated: async (workspace, { now, before }) => {
    const read = await now.workspace(workspace.id)
    // An owner who leaves hands it over, and is told so before they are out.
    const { owner_id: _, updated_at: _at, ...rest } = workspace
    return [read === undefined ? [rest, await before.workspace(workspace.id)] : [workspace, read]]
  },
  workspace_deleted: async ({ workspace_id: id }, { before }) => [[{ id }, await before.workspace(id)]],
  workspace_member_joined: async ({ workspace_id: id, ...member }, { me, now }) => {
    if (member.user.id !== me) return [[member, await now.workspaceMember(id, member.user.id)]]
    const { user, role } = member
    return [[{ me: user, role, workspace: { id } }, await now.boot(id)]]
  },
  workspace_member_updated: async ({ workspace_id: id, user_id, ...member }, { me, now }) => (user_id === me
    ? [[{ role: member.role, workspace: { id } }, await now.boot(id)]]
    : [[{ user: { id: user_id }, ...member }, await now.workspaceMember(id, user_id)]]),
  workspace_member_left: async ({ workspace_id: id, user_id }, { me, now, before }) => {
    if (user_id === me) return [[{ id }, await before.workspace(id)]]
    const member = await now.workspaceMember(id, user_id)
    return [[{ user: { id: user_id } }, member], [true, typeof member?.['deactivated_at'] === 'string']]
  },
  user_updated: async ({ user }, { now, before }) => {
    const read = await now.user(user.id)
    // Who deactivates their account is in no channel from then on: those who met them there are told that it has ended.
    const { status, updated_at: _, ...rest } = user
    return [read === undefined && status === 'deactivated' ? [rest, await before.user(user.id)] : [user, read]]
  },
  group_updated: async (group, { now }) => [[group, await now.group(group.workspace_id, group.id)]],
  group_deleted: async (group, { before }) => [[group, await before.group(group.workspace_id, group.id)]],
  emoji_updated: async ({ workspace_id, name, emoji }, { now, before }) =>
    [[emoji ?? { name }, await (emoji === null ? before : now).emoji(workspace_id, name)]],

  preferences_updated: async ({ channel, user }, viewer) =>
    [...channel === null ? [] : await ownPlace(channel, viewer), ...user === null ? [] : [[user, await viewer.now.preferences()] as const]],
  draft_updated: async ({ channel_id, thread_id, draft }, { now, before }) =>
    [[draft ?? { channel_id, thread_id }, await (draft === null ? before : now).draft(channel_id, thread_id)]],
  saved_updated: async ({ saved_at, ...saved }, { now, before }) =>
    [saved_at === null ? [saved, await before.saved(saved.message_id)] : [{ saved_at, ...saved }, await now.saved(saved.message_id)]],
  thread_subscription_updated: async ({ message_id: id, channel_id, as_of_seq: _, ...thread }, { now }) =>
    [[{ id, channel_id, thread }, await now.message(id)]],
  scheduled_message_updated: async (message, { now }) => [[message, await now.scheduled(message.workspace_id, message.id)]],
  reminder_updated: async (reminder, { now }) => [[reminder, await now.reminder(reminder.workspace_id, reminder.id)]],
}

function hasReacted(message: Awaited<ReturnType<Reads['message']>>, emoji: string, userId: string): boolean {
  const reactions = message?.['reactions'] as { emoji: string; user_ids: string[] }[] | undefined
  return reactions?.some((reaction) => reaction.emoji === emoji && reaction.user_ids.includes(userId)) === true
}

/** What an event says that its receiver cannot read; empty when they can read all of it. */
export async function unshown(type: ClientEventName, payload: unknown, viewer: Viewer): Promise<string[]> {
  const rule: Rule<never> = rules[type]
  const evidence = await rule(payload as never, viewer)
  return evidence.flatMap(([said, read]) => differences(said, read, ''))
}

/** Where what was read does not say the same as what was said; it may say more. */
export function differences(said: unknown, read: unknown, path: string): string[] {
  if (typeof said !== 'object' || said === null) return said === read ? [] : [`${path}: ${JSON.stringify(said)}, and they read ${JSON.stringify(read)}`]
  if (typeof read !== 'object' || read === null) return [`${path}: they cannot read it`]
  if (Array.isArray(said) && said.length !== (read as unknown[]).length) return [`${path}: ${said.length} items, and they read ${(read as unknown[]).length}`]
  return Object.entries(said).flatMap(([key, inner]) => differences(inner, (read as Record<string, unknown>)[key], `${path}/${key}`))
}
