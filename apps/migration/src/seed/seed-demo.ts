import type { Auth } from '@afrochat/auth'
import { findActiveAccount } from '@afrochat/auth'
import type { Chat } from '@afrochat/chat'
import type { Channel, Message } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor, ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { findByNameOrSlug, isActiveMember, type WorkspaceDomain } from '@afrochat/workspace'
import { onBehalfOf } from '../on-behalf-of.ts'
import { DEMO_PASSWORD, demoChannels, demoEmail, demoPeople, demoWorkspace, type DemoChannel, type DemoMessage, type DemoPerson } from './demo-story.ts'

export interface SeedDeps {
  readonly db: Db
  readonly auth: Pick<Auth, 'register'>
  readonly workspace: WorkspaceDomain
  readonly chat: Pick<Chat, 'sendMessage' | 'editMessage' | 'addReaction'>
}

type People = Readonly<Record<DemoPerson, Actor>>

/**
 * Fills the demo workspace through the use cases that people use. Every step first looks whether it was done, so a second
 * run changes nothing, and a run after one that was stopped goes on with it.
 */
export async function seedDemo(deps: SeedDeps): Promise<void> {
  const people = await ensurePeople(deps)
  const workspaceId = await ensureWorkspace(deps, people)
  await ensureMembers(deps, people, workspaceId)
  for (const channel of demoChannels) await ensureChannel(deps, people, { workspaceId, channel })
}

async function ensurePeople(deps: SeedDeps): Promise<People> {
  return {
    ada: await ensurePerson(deps, 'ada'),
    kofi: await ensurePerson(deps, 'kofi'),
    zuri: await ensurePerson(deps, 'zuri'),
    thabo: await ensurePerson(deps, 'thabo'),
    amina: await ensurePerson(deps, 'amina'),
  }
}

/** Throws `username_taken` when somebody real has the name: the demo must not speak for them. */
async function ensurePerson({ db, auth }: SeedDeps, username: DemoPerson): Promise<Actor> {
  const email = demoEmail(username)
  const known = await findActiveAccount(db, email)
  if (known !== undefined) return onBehalfOf(known.id)
  const { user } = await auth.register({
    email, username, password: DEMO_PASSWORD, displayName: demoPeople[username].displayName,
    device: { address: '127.0.0.1', userAgent: 'AfroChat demo' }, requestId: null,
  })
  return onBehalfOf(user.id)
}

async function ensureWorkspace({ db, workspace }: SeedDeps, people: People): Promise<WorkspaceId> {
  const { name, slug, description, owner } = demoWorkspace
  const known = (await findByNameOrSlug(db, slug)).find((one) => one.slug === slug)
  return known?.id ?? (await workspace.createWorkspace(people[owner], { name, slug, description })).id
}

async function ensureMembers({ db, workspace }: SeedDeps, people: People, workspaceId: WorkspaceId): Promise<void> {
  const missing: Actor[] = []
  for (const person of Object.values(people)) {
    if (!(await isActiveMember(db, workspaceId, person.userId))) missing.push(person)
  }
  if (missing.length === 0) return
  const invite = await workspace.createInvite(people[demoWorkspace.owner], { workspace_id: workspaceId, max_uses: missing.length, expires_in_hours: 1 })
  for (const person of missing) await workspace.acceptInvite(person, invite.token)
}

interface Placing {
  readonly workspaceId: WorkspaceId
  readonly channel: DemoChannel
}

async function ensureChannel(deps: SeedDeps, people: People, { workspaceId, channel }: Placing): Promise<void> {
  const [maker = demoWorkspace.owner] = channel.members
  const { id } = await findOrCreateChannel(deps, people[maker], { workspaceId, channel })
  await ensureChannelMembers(deps, people, { id, maker, members: channel.members })
  for (const [index, message] of channel.messages.entries()) {
    await ensureMessage(deps, people, { channelId: id, key: `demo:${channel.name}:${index + 1}`, message })
  }
}

async function findOrCreateChannel({ workspace }: SeedDeps, maker: Actor, { workspaceId, channel }: Placing): Promise<Channel> {
  const { items } = await workspace.listChannels(maker, { workspace_id: workspaceId, limit: 200 })
  const known = items.find(({ name }) => name === channel.name)
  return known ?? workspace.createChannel(maker, { workspace_id: workspaceId, name: channel.name, kind: channel.kind, description: channel.description })
}

async function ensureChannelMembers(
  { workspace }: SeedDeps,
  people: People,
  { id, maker, members }: { id: ChannelId; maker: DemoPerson; members: readonly DemoPerson[] },
): Promise<void> {
  const { items } = await workspace.listChannelMembers(people[maker], { channel_id: id, limit: 200 })
  const present = new Set<UserId>(items.map(({ user }) => user.id))
  const missing = members.map((person) => people[person].userId).filter((userId) => !present.has(userId))
  if (missing.length > 0) await workspace.addChannelMembers(people[maker], { channel_id: id, user_ids: missing })
}

interface Telling {
  readonly channelId: ChannelId
  /** Names the message for ever: it is sent once. */
  readonly key: string
  readonly message: DemoMessage
  readonly root?: Message
}

async function ensureMessage(deps: SeedDeps, people: People, { channelId, key, message, root }: Telling): Promise<void> {
  const author = people[message.by]
  const sent = await deps.chat.sendMessage(author, {
    channel_id: channelId,
    client_msg_id: key,
    content: message.firstText ?? message.text,
    thread_id: root?.id ?? null,
    also_in_channel: message.alsoInChannel ?? false,
  })
  // Whatever was done to it since stays done.
  if (sent.created && message.firstText !== undefined) await deps.chat.editMessage(author, { message_id: sent.message.id, content: message.text })
  if (sent.created) await react(deps, people, { message: sent.message, reactions: message.reactions ?? {} })
  if (sent.message.deleted_at !== null) return
  for (const [index, reply] of (message.replies ?? []).entries()) {
    await ensureMessage(deps, people, { channelId, key: `${key}:${index + 1}`, message: reply, root: sent.message })
  }
}

async function react(
  deps: SeedDeps,
  people: People,
  { message, reactions }: { message: Message; reactions: NonNullable<DemoMessage['reactions']> },
): Promise<void> {
  for (const [emoji, fans] of Object.entries(reactions)) {
    for (const fan of fans) await deps.chat.addReaction(people[fan], { message_id: message.id, emoji })
  }
}
