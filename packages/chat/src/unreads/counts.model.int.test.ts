import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Channel, Group, Message, Workspace } from '@afrochat/contracts'
import { DomainError, type ChannelId, type MessageId, type UserId } from '@afrochat/kernel'
import { createChatWorld, LongClient, often, readRawRows, recount, sumOf, type ChatWorld, type RawRows, type TestUser } from '@afrochat/test-support'

/*
 * Four people in two workspaces do anything, in any order. After each step, for everybody: what is served is what a plain
 * recount of the rows gives; a client that has lived by events since the beginning knows it as well; and the rows of
 * mentions are those that the words called for.
 */

let world: ChatWorld
beforeAll(async () => {
  world = await createChatWorld()
})
afterAll(() => world.close())

const PEOPLE = 4
const GUEST = 3
const CHANNELS = 5
const someone = fc.nat(PEOPLE - 1)
const somewhere = fc.nat(CHANNELS - 1)
const message = fc.nat(30)
/** Whom a text names: people, groups, and all. */
const words = fc.uniqueArray(fc.constantFrom('person 0', 'person 1', 'person 2', 'person 3', 'group 0', 'group 1', 'here', 'channel'), { maxLength: 3 })

type Act =
  | { readonly do: 'post'; readonly by: number; readonly in: number; readonly words: readonly string[]; readonly root: number | null; readonly also: boolean }
  | { readonly do: 'edit'; readonly message: number; readonly words: readonly string[] }
  | { readonly do: 'delete' | 'lock'; readonly message: number }
  | { readonly do: 'follow' | 'unfollow' | 'read thread' | 'unread thread'; readonly by: number; readonly message: number }
  | { readonly do: 'read' | 'unread'; readonly by: number; readonly in: number; readonly message: number }
  | { readonly do: 'join' | 'leave' | 'mute' | 'unmute'; readonly by: number; readonly in: number }
  | { readonly do: 'add' | 'remove'; readonly by: number; readonly in: number; readonly whom: number }
  | { readonly do: 'regroup'; readonly group: number; readonly people: readonly number[]; readonly nested: boolean }
  | { readonly do: 'connect' | 'disconnect' | 'read all'; readonly by: number }

const oneOf = <const T extends string>(...names: T[]) => fc.constantFrom(...names)
const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: oneOf('post'), by: someone, in: somewhere, words, root: fc.option(message), also: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: oneOf('edit'), message, words }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('delete', 'lock'), message }) },
  { weight: 5, arbitrary: fc.record({ do: oneOf('follow', 'unfollow', 'read thread', 'unread thread'), by: someone, message }) },
  { weight: 5, arbitrary: fc.record({ do: oneOf('read', 'unread'), by: someone, in: somewhere, message }) },
  { weight: 6, arbitrary: fc.record({ do: oneOf('join', 'leave', 'mute', 'unmute'), by: someone, in: somewhere }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('add', 'remove'), by: someone, in: somewhere, whom: someone }) },
  { weight: 2, arbitrary: fc.record({ do: oneOf('regroup'), group: fc.nat(1), people: fc.uniqueArray(fc.nat(2), { maxLength: 3 }), nested: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: oneOf('connect', 'disconnect', 'read all'), by: someone }) },
)

/** A place for one history, with workspaces of its own. */
class Scene {
  readonly people: readonly TestUser[]
  readonly home: Workspace
  readonly other: Workspace
  readonly channels: readonly Channel[]
  readonly groups: Group[]
  readonly clients: readonly LongClient[]
  readonly messages: Message[] = []

  constructor(parts: Pick<Scene, 'people' | 'home' | 'other' | 'channels' | 'groups' | 'clients'>) {
    this.people = parts.people
    this.home = parts.home
    this.other = parts.other
    this.channels = parts.channels
    this.groups = parts.groups
    this.clients = parts.clients
  }

  person = (index: number): TestUser => at(this.people, index)
  channel = (index: number): Channel => at(this.channels, index)
  /** The message of this number, or the last one; undefined before the first. */
  message = (index: number): Message | undefined => this.messages[Math.min(index, this.messages.length - 1)]
}

async function aScene(): Promise<Scene> {
  world.active.clear()
  const owner = await world.aUser()
  const [home, other] = [await world.aWorkspace({ owner }), await world.aWorkspace({ owner })]
  const [alice, bob] = [await world.aMember({ of: home }), await world.aMember({ of: home })]
  for (const who of [alice, bob]) {
    await world.workspace.acceptInvite(who, (await world.workspace.createInvite(owner, { workspace_id: other.id })).token)
  }
  const open = await world.aChannel({ in: home, by: alice })
  const guest = await world.aMember({ of: home, role: 'guest', channels: [open] })
  const group = (handle: string, user_ids: UserId[]) => world.workspace.createGroup(owner, { workspace_id: home.id, handle: `${handle}-${home.id.slice(-12)}`, name: handle, user_ids })
  const dm = await world.workspace.openDm(alice, { workspace_id: home.id, user_ids: [bob.userId] })
  const people = [owner, alice, bob, guest]
  return new Scene({
    people, home, other,
    channels: [
      open, await world.aChannel({ in: home, by: bob }), await world.aChannel({ in: home, by: alice, private: true }), dm.channel,
      await world.aChannel({ in: other, by: alice }),
    ],
    groups: [await group('one', [alice.userId]), await group('two', [bob.userId, owner.userId])],
    clients: await Promise.all(people.map((viewer) => LongClient.open(world, { viewer, workspaceId: home.id }))),
  })
}

/** What is refused changes nothing, and is a step as well. */
async function perform(scene: Scene, act: Act): Promise<void> {
  try {
    await acts(scene, act)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
}

async function acts(scene: Scene, act: Act): Promise<unknown> {
  switch (act.do) {
    case 'post': return post(scene, act)
    case 'edit': return edit(scene, act)
    case 'delete': case 'lock': return onMessage(scene, act)
    case 'follow': case 'unfollow': case 'read thread': case 'unread thread': return onThread(scene, act)
    case 'read': case 'unread': return mark(scene, act)
    case 'join': case 'leave': case 'mute': case 'unmute': case 'add': case 'remove': return onChannel(scene, act)
    case 'regroup': return regroup(scene, act)
    case 'connect': return world.active.add(scene.person(act.by).userId)
    case 'disconnect': return world.active.delete(scene.person(act.by).userId)
    case 'read all': return world.chat.markAllRead(scene.person(act.by), scene.home.id)
  }
}

type Of<D extends Act['do']> = Extract<Act, { do: D }>

async function post(scene: Scene, act: Of<'post'>): Promise<void> {
  const author = scene.person(act.by)
  const channel = scene.channel(act.in)
  const expected = await calledBy(scene, { author, channelId: channel.id, words: act.words })
  const root = act.root === null ? null : scene.messages.find((one) => one.channel_id === channel.id && one.seq % 3 === (act.root ?? 0) % 3)?.id ?? null
  const sent = await world.aMessage({ in: channel, by: author, content: textOf(scene, act.words), thread_id: root, also_in_channel: root !== null && act.also })
  scene.messages.push(sent)

  const rows = await world.db.selectFrom('message_mentions').select(['user_id', 'direct']).where('message_id', '=', sent.id).execute()
  const isForChannel = sent.thread_id === null || sent.also_in_channel
  const here = isForChannel ? expected.here : await followersAmong(sent.thread_id, expected.here)
  const all = new Map([...here.map((id) => [id, false] as const), ...expected.direct.map((id) => [id, true] as const)])
  expect(new Map(rows.map(({ user_id, direct }) => [user_id, direct]))).toEqual(all)
}

/** Somebody added within five minutes is mentioned; whoever is named by nothing any more is not. */
async function edit(scene: Scene, act: Of<'edit'>): Promise<void> {
  const before = scene.message(act.message)
  const author = scene.people.find(({ userId }) => userId === before?.user_id)
  if (before === undefined || author === undefined) return
  const expected = await calledBy(scene, { author, channelId: before.channel_id, words: act.words })
  const edited = await world.chat.editMessage(author, { message_id: before.id, content: textOf(scene, act.words) })
  scene.messages[scene.messages.findIndex(({ id }) => id === before.id)] = edited
  const mentioned = (await world.db.selectFrom('message_mentions').select('user_id').where('message_id', '=', before.id).execute()).map(({ user_id }) => user_id)
  const added = expected.names.filter((id) => !before.mentions.user_ids.includes(id))
  expect(mentioned).toEqual(expect.arrayContaining(added))
  if (edited.mentions.group_ids.length === 0 && edited.mentions.channel === null) {
    expect(mentioned.filter((id) => !edited.mentions.user_ids.includes(id))).toEqual([])
  }
}

async function onMessage(scene: Scene, { do: what, message: index }: Of<'delete' | 'lock'>): Promise<unknown> {
  const target = scene.message(index)
  const author = scene.people.find(({ userId }) => userId === target?.user_id)
  if (target === undefined || author === undefined) return undefined
  return what === 'delete' ? world.chat.deleteMessage(author, target.id) : world.chat.lockThread(author, target.id)
}

async function onThread(scene: Scene, act: Of<'follow' | 'unfollow' | 'read thread' | 'unread thread'>): Promise<unknown> {
  const [who, target] = [scene.person(act.by), scene.message(act.message)]
  if (target === undefined) return undefined
  if (act.do === 'follow') return world.chat.followThread(who, target.id)
  if (act.do === 'unfollow') return world.chat.unfollowThread(who, target.id)
  const input = { message_id: target.id, seq: target.seq }
  return act.do === 'read thread' ? world.chat.markThreadRead(who, input) : world.chat.markThreadUnread(who, input)
}

async function mark(scene: Scene, act: Of<'read' | 'unread'>): Promise<unknown> {
  const input = { channel_id: scene.channel(act.in).id, seq: scene.message(act.message)?.seq ?? 1 }
  return act.do === 'read' ? world.workspace.markChannelRead(scene.person(act.by), input) : world.workspace.markChannelUnread(scene.person(act.by), input)
}

async function onChannel(scene: Scene, act: Of<'join' | 'leave' | 'mute' | 'unmute' | 'add' | 'remove'>): Promise<unknown> {
  const [who, { id: channel_id }] = [scene.person(act.by), scene.channel(act.in)]
  switch (act.do) {
    case 'join': return world.workspace.joinChannel(who, channel_id)
    case 'leave': return world.workspace.leaveChannel(who, channel_id)
    case 'mute': case 'unmute': return world.workspace.setChannelPreferences(who, { channel_id, muted: act.do === 'mute' })
    case 'add': return world.workspace.addChannelMembers(who, { channel_id, user_ids: [scene.person(act.whom).userId] })
    case 'remove': return world.workspace.removeChannelMember(who, { channel_id, user_id: scene.person(act.whom).userId })
  }
}

async function regroup(scene: Scene, { group: index, people, nested }: Of<'regroup'>): Promise<void> {
  const [group, inner] = [at(scene.groups, index), at(scene.groups, 1 - index)]
  scene.groups[index] = await world.workspace.updateGroup(scene.person(0), {
    workspace_id: scene.home.id, group_id: group.id, user_ids: people.map((one) => scene.person(one).userId), group_ids: nested ? [inner.id] : [],
  })
}

const textOf = (scene: Scene, list: readonly string[]): string => ['words', ...list.map((word) => written(scene, word))].join(' ')

function written(scene: Scene, word: string): string {
  const [kind, index] = word.split(' ')
  if (kind === 'person') return `<@${scene.person(Number(index)).userId}>`
  return kind === 'group' ? `@${at(scene.groups, Number(index)).handle}` : `@${word}`
}

interface Saying {
  readonly author: TestUser
  readonly channelId: ChannelId
  readonly words: readonly string[]
}

/** Whom these words call in the channel, worked out from its members and the groups as they are now. */
async function calledBy(scene: Scene, { author, channelId, words: list }: Saying): Promise<{ names: UserId[]; direct: UserId[]; here: UserId[] }> {
  const rows = await world.db.selectFrom('channel_members').select('user_id').where('channel_id', '=', channelId).where('to_seq', 'is', null).execute()
  const others = rows.map(({ user_id }) => user_id).filter((id) => id !== author.userId)
  const isGuest = author === scene.person(GUEST)
  const isElsewhere = channelId === scene.channel(4).id
  const names = others.filter((id) => scene.people.some(({ userId }, index) => userId === id && list.includes(`person ${index}`)))
  const groups = isGuest || isElsewhere ? [] : scene.groups.filter((_, index) => list.includes(`group ${index}`))
  const inGroups = others.filter((id) => groups.some((group) => isIn(scene.groups, group, id)))
  const callsHere = !isGuest && list.includes('here') && !list.includes('channel')
  return { names, direct: [...new Set([...names, ...inGroups])], here: callsHere ? others.filter((id) => world.active.has(id)) : [] }
}

function isIn(groups: readonly Group[], group: Group, userId: UserId, seen: readonly string[] = []): boolean {
  if (group.user_ids.includes(userId)) return true
  const inner = groups.filter(({ id }) => group.group_ids.includes(id) && !seen.includes(id))
  return inner.some((one) => isIn(groups, one, userId, [...seen, group.id]))
}

async function followersAmong(rootId: MessageId | null, userIds: readonly UserId[]): Promise<UserId[]> {
  const rows = await world.db.selectFrom('thread_subscriptions').select('user_id').where('root_id', '=', rootId).where('following', '=', true).execute()
  return userIds.filter((id) => rows.some(({ user_id }) => user_id === id))
}

/** For everybody: served = counted anew = what a client knows. */
async function compare(scene: Scene): Promise<void> {
  const rows = await readRawRows(world.db)
  for (const [index, client] of scene.clients.entries()) {
    const { known, truth } = await client.catchUp()
    // Whom a guest may see, they learn from the channels that they share.
    expect({ index, ...known, users: [] }).toEqual({ index, ...truth, users: [] })
    await compareServed(scene, rows, client.viewer)
  }
}

async function compareServed(scene: Scene, rows: RawRows, viewer: TestUser): Promise<void> {
  const counted = recount(rows, { userId: viewer.userId, workspaceId: scene.home.id })
  const elsewhere = recount(rows, { userId: viewer.userId, workspaceId: scene.other.id })
  const { channels, threads } = await world.workspace.boot(viewer, scene.home.id)
  const countsOf = ({ last_read_seq, unread_count, mention_count, muted }: Channel) => ({ last_read_seq, muted, unread_count, mention_count })
  expect(new Map(channels.map((channel) => [channel.id, countsOf(channel)]))).toEqual(counted.channels)
  const all = [...counted.channels.values()]
  const mentionsIn = ({ channels: places, threads: replies }: typeof counted) => sumOf(places.values(), 'mention_count') + sumOf(replies.values(), 'mention_count')
  const totals = { unread_count: sumOf(counted.threads.values(), 'unread_count'), mention_count: sumOf(counted.threads.values(), 'mention_count') }
  expect(threads).toEqual(totals)

  const unreads = await world.chat.getUnreads(viewer, scene.home.id)
  expect(unreads).toMatchObject({
    threads: totals, badge: mentionsIn(counted) + mentionsIn(elsewhere),
    unread_count: sumOf(all.filter(({ muted }) => !muted), 'unread_count'), mention_count: mentionsIn(counted),
  })
  const listed = [...counted.channels].filter(([, { muted, unread_count, mention_count }]) => mention_count > 0 || (!muted && unread_count > 0))
  expect(unreads.channels.map(({ channel_id }) => channel_id)).toEqual(listed.map(([id]) => id).toSorted())
  for (const root of scene.messages.filter(({ thread_id }) => thread_id === null)) await compareThread(viewer, root.id, counted)
}

async function compareThread(viewer: TestUser, rootId: MessageId, counted: ReturnType<typeof recount>): Promise<void> {
  const expected = counted.threads.get(rootId)
  if (expected === undefined) return
  const { thread } = await world.chat.getMessage(viewer, rootId)
  if (thread !== null) expect(thread).toEqual({ following: true, ...expected })
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`There is no ${index}`)
  return item
}

it('counts the same by all accounts, whatever people do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAct, { minLength: 10, maxLength: 40, size: 'max' }), async (history) => {
      const scene = await aScene()
      await compare(scene)
      for (const act of history) {
        await perform(scene, act)
        await compare(scene)
      }
    }),
    { numRuns: often(15), endOnFailure: true },
  )
}, 600_000)
