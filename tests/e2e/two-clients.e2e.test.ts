import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import {
  allOf, ChannelLog, createClient, type Boot, type ChannelId, type Client, type Connection, type ConnectionStatus, type SharedMessage,
  type StartingPoint, type SyncEvent,
} from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop(), 60_000)

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

let count = 0

async function aPerson(name: string): Promise<Client> {
  count += 1
  const client = createClient({ url: stack.apiUrl, socketUrl: stack.socketUrl })
  await client.register({ email: `${name}${count}@two.example`, username: `${name}${count}`, password: 'correct horse', display_name: name })
  return client
}

/** ada and bob in one workspace, both in its channel general. */
async function twoPeople() {
  const [ada, bob] = await Promise.all([aPerson('ada'), aPerson('bob')])
  const workspace = await ada.createWorkspace({ name: `Two ${count}` })
  const invite = await ada.createInvite({ workspace_id: workspace.id })
  await bob.acceptInvite({ token: invite.token })
  const boot = await ada.boot({ workspace_id: workspace.id })
  const general = boot.channels.find(({ name }) => name === 'general')
  if (general === undefined) throw new Error('a workspace without general')
  return { ada, bob, workspace, general: general.id }
}

interface Listener {
  readonly connection: Connection
  readonly events: SyncEvent[]
  readonly states: ConnectionStatus['state'][]
  readonly problems: unknown[]
  readonly log: ChannelLog
  readonly typers: string[]
}

async function listen(client: Client, { channelId, boot, from = boot }: { channelId: ChannelId; boot: Boot; from?: StartingPoint }): Promise<Listener> {
  const channel = boot.channels.find(({ id }) => id === channelId)
  if (channel === undefined) throw new Error('not in this channel')
  const listener: Omit<Listener, 'connection'> = { events: [], states: [], problems: [], typers: [], log: new ChannelLog(channel) }
  const connection = client.connect({
    from,
    onEvent: (event) => {
      listener.events.push(event)
      listener.log.apply(event)
    },
    onStatus: ({ state }) => void listener.states.push(state),
    onTyping: ({ user_id }) => void listener.typers.push(user_id),
    onProblem: (error) => void listener.problems.push(error),
  })
  open.push(connection)
  await waitFor(() => connection.status.state === 'live', { message: 'the connection to be live' })
  return { connection, ...listener }
}

/** ada and bob in one channel, and what each of them hears there. */
async function twoListeners() {
  const people = await twoPeople()
  const { ada, bob, workspace, general: channelId } = people
  const listenAs = async (client: Client) => listen(client, { channelId, boot: await client.boot({ workspace_id: workspace.id }) })
  const [adas, bobs] = await Promise.all([listenAs(ada), listenAs(bob)])
  return { ...people, adas, bobs }
}

/** What the API says of all messages since a seq, as everybody sees them. */
async function stored(client: Client, channelId: ChannelId, since: number): Promise<SharedMessage[]> {
  const messages = await allOf(client.listChannelChanges, { channel_id: channelId, since, limit: 200 })
  const shared = messages.map(({ reactions, saved: _saved, quotes: _quotes, thread: _thread, ...message }) =>
    ({ ...message, reactions: reactions.map(({ me: _, ...reaction }) => reaction) }))
  return shared.filter(({ seq }) => seq > since).toSorted((a, b) => a.seq - b.seq)
}

async function converge(client: Client, channelId: ChannelId, listeners: readonly Listener[]): Promise<void> {
  for (const { log, problems } of listeners) {
    await waitFor(async () => {
      const all = log.all()
      expect(all).toEqual(await stored(client, channelId, (all[0]?.seq ?? 1) - 1))
      return true
    }, { timeoutMs: 60_000, message: 'what was heard to be what the API says' })
    expect(problems).toEqual([])
  }
}

const newIds = ({ events }: Listener) => events.flatMap((event) => (event.type === 'message_sent' ? [event.data.id] : []))

describe('two clients', () => {
  it('talk, reply, react, edit and delete, and come to the same', async () => {
    const { ada, bob, general, adas, bobs } = await twoListeners()

    const hello = await adas.connection.sendMessage({ channel_id: general, content: 'hello bob' })
    await waitFor(() => bobs.log.get(hello.id))
    const reply = await bobs.connection.sendMessage({ channel_id: general, content: 'hello ada', thread_id: hello.id })
    await bob.addReaction({ message_id: hello.id, emoji: 'wave' })
    await ada.addReaction({ message_id: hello.id, emoji: 'tada' })
    await ada.editMessage({ message_id: hello.id, content: 'hello, bob!' })
    const wrong = await ada.sendMessage({ channel_id: general, content: 'in the wrong channel' })
    await ada.deleteMessage({ message_id: wrong.id })
    await bob.removeReaction({ message_id: hello.id, emoji: 'wave' })

    await converge(ada, general, [adas, bobs])
    expect(adas.log.history().map(({ content, reply_count }) => [content, reply_count])).toEqual([['hello, bob!', 1]])
    expect(adas.log.replies(hello.id).map(({ id }) => id)).toEqual([reply.id])
    expect(bobs.log.all()).toEqual(adas.log.all())
  })

  it('pin, lock, rename, archive and delete many at once, and come to the same', async () => {
    const { ada, bob, workspace, adas, bobs } = await twoListeners()
    const plans = await ada.createChannel({ workspace_id: workspace.id, name: 'plans', kind: 'private' })
    const { items: [bobAsMember] } = await ada.addChannelMembers({ channel_id: plans.id, user_ids: [(await bob.getMe()).id] })
    expect(bobAsMember?.role).toBe('member')
    const listenThere = async (client: Client) => listen(client, { channelId: plans.id, boot: await client.boot({ workspace_id: workspace.id }) })
    const [adaThere, bobThere] = [await listenThere(ada), await listenThere(bob)]

    const root = await adaThere.connection.sendMessage({ channel_id: plans.id, content: 'a plan' })
    const reply = await bobThere.connection.sendMessage({ channel_id: plans.id, content: 'I am in', thread_id: root.id })
    const noise = await Promise.all(['a', 'b', 'c'].map((content) => bob.sendMessage({ channel_id: plans.id, content, thread_id: root.id })))
    await bob.pinMessage({ message_id: root.id })
    const { permalink } = await ada.getPermalink({ message_id: root.id })
    const quoting = await ada.sendMessage({ channel_id: plans.id, content: `see ${permalink}` })
    await ada.bulkDeleteMessages({ channel_id: plans.id, message_ids: noise.map(({ id }) => id) })
    await ada.lockThread({ message_id: root.id })
    await ada.updateChannel({ channel_id: plans.id, name: 'our-plans', topic: 'Plans' })
    await ada.unpinMessage({ message_id: root.id })
    await ada.archiveChannel({ channel_id: plans.id })
    await expect(bobThere.connection.sendMessage({ channel_id: plans.id, content: 'too late' })).rejects.toMatchObject({ code: 'channel_archived' })
    await ada.unarchiveChannel({ channel_id: plans.id })

    await converge(ada, plans.id, [adaThere, bobThere])
    expect(bobThere.log.replies(root.id).map(({ id }) => id)).toEqual([reply.id])
    expect(bobThere.log.get(root.id)).toMatchObject({ locked: true, pinned: false, reply_count: 1 })
    expect(quoting.quotes).toMatchObject([{ message_id: root.id, content: 'a plan' }])
    expect([adas, bobs].flatMap(({ problems }) => problems)).toEqual([])
  })

  it('hear at once that a channel, and then the workspace, is not theirs any more', async () => {
    const { ada, bob, workspace, bobs } = await twoListeners()
    const plans = await ada.createChannel({ workspace_id: workspace.id, name: 'plans', kind: 'public' })
    await bob.joinChannel({ channel_id: plans.id })
    const bobId = (await bob.getMe()).id
    const has = (type: SyncEvent['type']) => waitFor(() => bobs.events.some((event) => event.type === type), { message: type })
    await ada.updateChannel({ channel_id: plans.id, kind: 'private' })
    await has('channel_updated')
    await ada.removeChannelMember({ channel_id: plans.id, user_id: bobId })
    await has('member_left')
    await ada.deactivateWorkspaceMember({ workspace_id: workspace.id, user_id: bobId })
    await has('workspace_member_left')
    await ada.sendMessage({ channel_id: plans.id, content: 'bob does not hear this' })
    await expect(bob.getWorkspace({ workspace_id: workspace.id })).rejects.toMatchObject({ code: 'workspace_not_found' })
    expect(bobs.problems).toEqual([])
  })

  it('see each other type, and hear on all of their devices what they have read', async () => {
    const { ada, bob, workspace, general } = await twoPeople()
    const boot = await bob.boot({ workspace_id: workspace.id })
    const [phone, laptop] = await Promise.all([listen(bob, { channelId: general, boot }), listen(bob, { channelId: general, boot })])
    const adas = await listen(ada, { channelId: general, boot: await ada.boot({ workspace_id: workspace.id }) })
    // As at every key: once said it may be lost, to who has something else to read yet.
    await waitFor(() => {
      adas.connection.typing({ channel_id: general })
      return phone.typers.length > 0 && laptop.typers.length > 0
    })
    const { seq } = await adas.connection.sendMessage({ channel_id: general, content: 'read me' })
    await waitFor(() => newIds(phone).length === 1)
    await phone.connection.markRead({ channel_id: general, seq })
    await waitFor(() => laptop.events.some((event) => event.type === 'channel_read' && event.data.last_read_seq === seq && event.data.unread_count === 0))
    await bob.markChannelUnread({ channel_id: general, seq })
    await waitFor(() => laptop.events.some((event) => event.type === 'channel_read' && event.data.last_read_seq === seq - 1 && event.data.unread_count === 1))
    await phone.connection.markRead({ channel_id: general, seq })
    expect((await bob.boot({ workspace_id: workspace.id })).channels.find(({ id }) => id === general)).toMatchObject({ unread_count: 0, last_read_seq: seq })
  })

  it('lose nothing and repeat nothing when their gateway is killed in the middle of it', async () => {
    const { ada, bob, general, adas, bobs } = await twoListeners()
    const [gateway] = stack.gateways
    const say = async (line: Listener, name: string, from: number) => {
      for (let index = from; index < from + 20; index += 1) {
        // However long the gateway takes to be back.
        await line.connection.sendMessage({ channel_id: general, content: `${name} ${index}` }, { timeoutMs: 100_000 })
      }
    }
    await Promise.all([say(adas, 'ada', 0), say(bobs, 'bob', 0)])
    const more = Promise.all([say(adas, 'ada', 20), say(bobs, 'bob', 20), ada.sendMessage({ channel_id: general, content: 'by the API' })])
    await gateway?.kill()
    const whileAway = await bob.sendMessage({ channel_id: general, content: 'while nobody listens' })
    await ada.addReaction({ message_id: whileAway.id, emoji: 'eyes' })
    await gateway?.start()
    await more

    await converge(ada, general, [adas, bobs])
    for (const listener of [adas, bobs]) {
      expect(newIds(listener)).toHaveLength(82)
      expect(new Set(newIds(listener)).size).toBe(82)
      expect(listener.states).toContain('waiting')
      // It was resumed, not read anew.
      expect(listener.events.map(({ type }) => type)).not.toContain('workspace_refreshed')
    }
  })

  it('read the state anew after missing more than is replayed, and still come to the same', async () => {
    const { ada, bob, workspace, general } = await twoPeople()
    const boot = await bob.boot({ workspace_id: workspace.id })
    const before = await listen(bob, { channelId: general, boot })
    const first = await ada.sendMessage({ channel_id: general, content: 'the first' })
    await waitFor(() => before.log.get(first.id))
    const { position } = before.connection
    before.connection.close()
    if (position === undefined) throw new Error('it has heard something')

    // More than a resume replays, which is 2,000.
    for (let hundred = 0; hundred < 21; hundred += 1) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => ada.sendMessage({ channel_id: general, content: `${hundred * 100 + index}` })))
    }
    await ada.editMessage({ message_id: first.id, content: 'the first, edited' })
    const after = await listen(bob, { channelId: general, boot, from: position })
    await waitFor(() => newIds(after).length === 2_100, { timeoutMs: 60_000, message: 'bob to have all that he missed' })
    expect(after.events.filter(({ type }) => type === 'workspace_refreshed')).toMatchObject([{ history: 'kept' }])
    // What he knew, and what he was told since.
    for (const event of after.events) before.log.apply(event)
    expect(before.log.all()).toEqual(await stored(ada, general, first.seq - 1))
    // And it goes on from there.
    const last = await ada.sendMessage({ channel_id: general, content: 'the last' })
    await waitFor(() => after.log.get(last.id))
    expect(after.problems).toEqual([])
  })

  it('learn at once that they were signed out elsewhere', async () => {
    const { ada, workspace, general } = await twoPeople()
    const { connection } = await listen(ada, { channelId: general, boot: await ada.boot({ workspace_id: workspace.id }) })
    const elsewhere = createClient({ url: stack.apiUrl, tokens: ada.tokens })
    await elsewhere.revokeAllSessions()
    await waitFor(() => connection.status.state === 'signed-out')
    expect(ada.tokens).toBeNull()
    await expect(ada.getMe()).rejects.toMatchObject({ status: 401 })
  })

  it('find out that they were signed out while they were away', async () => {
    const { ada } = await twoPeople()
    const elsewhere = createClient({ url: stack.apiUrl, tokens: ada.tokens })
    await elsewhere.revokeAllSessions()
    const connection = ada.connect({ onEvent: () => undefined })
    open.push(connection)
    await waitFor(() => connection.status.state === 'signed-out')
  })

  it('keep talking when the access token is renewed, and use a refresh token from two tabs at once', async () => {
    const { ada } = await twoPeople()
    const { tokens } = ada
    if (tokens === null) throw new Error('signed in')
    const tabs = [0, 1].map(() => createClient({ url: stack.apiUrl, tokens: { ...tokens, expiresAtMs: Date.now() } }))
    const people = await Promise.all(tabs.map((tab) => tab.getMe()))
    expect(people[0]).toEqual(people[1])
    expect(tabs.every((tab) => tab.tokens?.refreshToken !== tokens.refreshToken)).toBe(true)
  })
})
