import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import type { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person
let bob: Person
let carol: Person
let workspace: Workspace
let general: Channel

beforeAll(async () => {
  world = await startTestGateways({}, 2)
  alice = await world.signUp()
  bob = await world.signUp()
  carol = await world.signUp()
  ;({ workspace, general } = await world.aWorkspace(alice, [bob, carol]))
})
beforeEach(() => world.settled())
afterAll(() => world.close())

/** Connected, and past the time in which events are held. */
async function live(person: Person, gateway = 0): Promise<TestClient> {
  const client = world.connect(person, { gateway })
  await client.hello()
  expect((await client.command('ping')).type).toBe('ack')
  return client
}

const NO_SUCH_CHANNEL = { type: 'error', data: { error: 'There is no such channel', code: 'channel_not_found' } }

describe('a message', () => {
  it('reaches the members of its channel on every gateway, in order, with the channel\'s seq', async () => {
    const clients = [await live(alice), await live(bob), await live(bob, 1), await live(carol, 1)]
    const words = Array.from({ length: 20 }, (_, index) => `word ${index}`)
    for (const word of words) await world.say(alice, general, word)
    for (const client of clients) {
      await client.receives('message_sent', ({ data }) => data['content'] === 'word 19')
      expect(client.texts).toEqual(words)
      const seqs = client.frames.filter(({ type }) => type === 'message_sent').map(({ seq }) => seq ?? 0)
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index))
    }
  })

  it('sent over a socket is answered as over HTTP, and reaches the sender too', async () => {
    const client = await live(alice)
    const answer = await client.command('send_message', { channel_id: general.id, content: 'by socket', client_msg_id: 'one' })
    expect(answer).toMatchObject({ type: 'ack', data: { content: 'by socket', reactions: [], user_id: alice.user.id } })
    const { data } = await client.receives('message_sent', ({ data: { id } }) => id === answer.data['id'])
    const { saved: _saved, quotes: _quotes, thread: _thread, notices: _notices, ...forEverybody } = answer.data
    expect(data).toEqual(forEverybody)
    expect((await client.command('send_message', { channel_id: general.id, content: 'by socket', client_msg_id: 'one' })).data['id']).toBe(answer.data['id'])
    expect(await client.command('send_message', { channel_id: general.id, content: 'other', client_msg_id: 'one' }))
      .toMatchObject({ type: 'error', data: { code: 'idempotency_conflict' } })
  })

  it('of a channel that somebody was removed from does not reach them, and their removal does', async () => {
    // Connected before there is a channel: whoever comes later may come before this gateway has heard of their joining.
    const [one, other] = [await live(bob), await live(bob, 1)]
    const secret = await world.aChannel(workspace, { by: alice, private: true, members: [bob] })
    await world.say(alice, secret, 'before')
    await world.services.workspace.removeChannelMember(alice.actor, { channel_id: secret.id, user_id: bob.user.id })
    await world.say(alice, secret, 'after')
    await world.say(alice, general, 'the end')
    for (const client of [one, other]) {
      await client.receives('message_sent', ({ data }) => data['content'] === 'the end')
      expect(client.frames.filter(({ channel_id: channel }) => channel === secret.id).map(({ type }) => type))
        // With the word that he was added.
        .toEqual(['member_joined', 'message_sent', 'message_sent', 'member_left'])
    }
  })

  it('of a channel that somebody is added to reaches their open connections from that moment on', async () => {
    const client = await live(carol)
    const channel = await world.aChannel(workspace, { by: alice, private: true })
    await world.say(alice, channel, 'before')
    await world.services.workspace.addChannelMembers(alice.actor, { channel_id: channel.id, user_ids: [carol.user.id] })
    await world.say(alice, channel, 'after')
    await client.receives('message_sent', ({ data }) => data['content'] === 'after')
    expect(client.frames.filter(({ channel_id: id }) => id === channel.id).map(({ type, data }) => data['content'] ?? type))
      .toEqual(['member_joined', `<@${alice.user.id}> added <@${carol.user.id}> to the channel`, 'after'])
  })

  it('is shown to nobody who is not in the channel, nor is the channel', async () => {
    const client = await live(carol)
    const secret = await world.aChannel(workspace, { by: alice, private: true, members: [bob] })
    await world.say(alice, secret, 'secret')
    await world.say(alice, general, 'done')
    await client.receives('message_sent', ({ data }) => data['content'] === 'done')
    expect(JSON.stringify(client.frames)).not.toContain(secret.id)
  })
})

describe('a client that comes back', () => {
  it('gets what it missed, then `resumed`, then what happens, on any gateway', async () => {
    const first = await live(bob)
    await world.say(alice, general, 'seen')
    await first.receives('message_sent', ({ data }) => data['content'] === 'seen')
    const { cursor } = first
    first.socket.terminate()
    for (const word of ['missed 1', 'missed 2']) await world.say(alice, general, word)

    const later: string[] = []
    for (const gateway of [0, 1]) {
      // Behind `resumed` comes what the gateway hears of only then.
      await world.settled()
      const client = world.connect(bob, { gateway })
      await client.hello()
      client.send({ type: 'resume', data: { cursor } })
      await client.receives('resumed')
      expect(client.news.map(({ type, data }) => data['content'] ?? type)).toEqual(['hello', 'missed 1', 'missed 2', ...later, 'resumed'])
      later.push(`live ${gateway}`)
      await world.say(alice, general, `live ${gateway}`)
      await client.receives('message_sent', ({ data }) => data['content'] === `live ${gateway}`)
      client.socket.terminate()
    }
  })

  it('gets `resumed` also when it missed nothing', async () => {
    const client = world.connect(carol)
    const { cursor } = await client.hello()
    const answer = await client.command('resume', { cursor })
    expect(answer).toMatchObject({ type: 'ack', data: { complete: true } })
    expect(client.news.map(({ type }) => type)).toEqual(['hello', 'resumed', 'ack'])
  })

  it('gets nothing durable before it says whether it resumes, and everything after a second without a word', async () => {
    const startedAt = performance.now()
    const client = world.connect(carol)
    await client.hello()
    for (const word of ['held back', 'and this']) await world.say(alice, general, word)
    await client.receives('message_sent', ({ data }) => data['content'] === 'and this')
    expect(client.texts).toEqual(['held back', 'and this'])
    // A heartbeat may come before.
    const firstAt = client.times[client.frames.findIndex(({ type }) => type === 'message_sent')] ?? 0
    expect(firstAt - startedAt).toBeGreaterThan(990)
  })

  it('gets what a gateway missed that was started only afterwards', async () => {
    const first = await live(bob)
    await world.say(alice, general, 'last seen')
    await first.receives('message_sent', ({ data }) => data['content'] === 'last seen')
    const { cursor } = first
    first.socket.terminate()
    await world.say(alice, general, 'while nobody was there')
    await world.add()
    const client = world.connect(bob, { gateway: world.gateways.length - 1 })
    await client.hello()
    client.send({ type: 'resume', data: { cursor } })
    await client.receives('resumed')
    expect(client.texts).toEqual(['while nobody was there'])
  })

  it('gets nothing of a channel that it was removed from, also where no gateway was there to see it', async () => {
    const leaving = await world.add()
    const secret = await world.aChannel(workspace, { by: alice, private: true, members: [bob] })
    await world.settled()
    const first = world.connect(bob, { gateway: world.gateways.indexOf(leaving) })
    const { cursor } = await first.hello()
    await world.say(alice, secret, 'before')
    await world.stop(leaving)
    await world.services.workspace.removeChannelMember(alice.actor, { channel_id: secret.id, user_id: bob.user.id })
    const coming = await world.add()
    const client = world.connect(bob, { gateway: world.gateways.indexOf(coming) })
    await client.hello()
    client.send({ type: 'resume', data: { cursor } })
    await client.receives('resumed')
    await world.say(alice, secret, 'after')
    await world.say(alice, general, 'for bob')
    await client.receives('message_sent', ({ data }) => data['content'] === 'for bob')
    expect(client.frames.filter(({ channel_id }) => channel_id === secret.id).map(({ type }) => type)).toEqual(['member_left'])
    await world.stop(coming)
  })

  it.each([
    ['of another epoch', 'abcdefabcdef.0.1'],
    ['of no shard', 'EPOCH.9999.1'],
    ['ahead of the log', 'EPOCH.0.999999999'],
    ['negative', 'EPOCH.0.-5'],
    ['that is none', 'DROP TABLE events'],
    ['of two shards where there is one', 'EPOCH.0.1,EPOCH.1.1'],
    ['with a number too large', 'EPOCH.0.9999999999999999'],
  ])('with a cursor %s is told to read its state anew, and gets nothing that is not its own', async (_what, cursor) => {
    const client = world.connect(carol)
    const epoch = (await client.hello()).cursor?.split('.')[0] ?? ''
    client.send({ type: 'resume', data: { cursor: cursor.replaceAll('EPOCH', epoch) } })
    await client.receives('resync_required')
    await world.say(alice, general, 'from here on')
    await client.receives('message_sent')
    expect(client.news.map(({ type }) => type)).toEqual(['hello', 'resync_required', 'message_sent'])
  })

  it('with a cursor of ten megabytes does not come far', async () => {
    const client = await live(carol)
    client.send({ type: 'resume', data: { cursor: 'x'.repeat(10_000_000) } })
    expect((await client.closes()).code).toBe(1009)
  })

  it('does not get the words of a message that was deleted in the meantime, but its place', async () => {
    const first = await live(bob)
    const { cursor } = await first.hello()
    first.socket.terminate()
    const { message } = await world.services.chat.sendMessage(alice.actor, { channel_id: general.id, content: 'a secret word' })
    await world.services.chat.deleteMessage(alice.actor, message.id)
    await world.settled()
    const client = world.connect(bob)
    await client.hello()
    client.send({ type: 'resume', data: { cursor } })
    await client.receives('message_deleted', ({ data }) => data['id'] === message.id)
    await client.receives('resumed')
    const blanked = client.frames.find(({ type, data }) => type === 'message_sent' && data['id'] === message.id)
    expect(blanked).toMatchObject({ seq: message.seq, data: { content: '' } })
    expect(JSON.stringify(client.frames)).not.toContain('a secret word')
  })
})

describe('a heartbeat', () => {
  it('says how many durable frames were sent, and a cursor up to which all of them were', async () => {
    const quick = await world.add({ WEBSOCKET_HEARTBEAT_SECONDS: '1' })
    const client = world.connect(bob, { gateway: world.gateways.indexOf(quick) })
    await client.hello()
    await client.command('ping')
    await world.say(alice, general, 'counted')
    const { cursor } = await client.receives('message_sent')
    const heartbeat = await client.receives('heartbeat', ({ data }) => data['sent'] === 1)
    expect(heartbeat.cursor).toBe(cursor)
  })
})

describe('typing', () => {
  it('is shown to the other members on every gateway, not to the one who types, and not again within three seconds', async () => {
    const [typist, here, there] = [await live(alice), await live(bob), await live(bob, 1)]
    await Promise.all([1, 2].map(() => typist.command('typing', { channel_id: general.id })))
    const shown = { user_id: alice.user.id, channel_id: general.id, thread_id: null }
    expect((await here.receives('user_typing')).data).toMatchObject(shown)
    expect((await there.receives('user_typing')).data).toMatchObject(shown)
    await world.say(alice, general, 'typed')
    await waitFor(() => [typist, here, there].every(({ texts }) => texts.includes('typed')))
    expect([typist, here, there].map(({ frames }) => frames.filter(({ type }) => type === 'user_typing').length)).toEqual([0, 1, 1])
  })

  it('in a thread is shown besides typing in its channel', async () => {
    // Somebody who has typed nowhere yet.
    const dan = await world.signUp()
    const { general: place } = await world.aWorkspace(alice, [dan])
    const { message } = await world.services.chat.sendMessage(alice.actor, { channel_id: place.id, content: 'the root' })
    await world.settled()
    const [typist, other] = [await live(dan), await live(alice)]
    await typist.command('typing', { channel_id: place.id, thread_id: null })
    // Who has something to read yet is not shown who types.
    await other.receives('user_typing')
    await Promise.all([1, 2].map(() => typist.command('typing', { channel_id: place.id, thread_id: message.id })))
    await world.say(dan, place, 'typed')
    await other.receives('message_sent', ({ data }) => data['content'] === 'typed')
    expect(other.frames.filter(({ type }) => type === 'user_typing').map(({ data }) => data['thread_id'])).toEqual([null, message.id])
  })

  it('answers the same for a channel that is private, never was, or is public and not joined', async () => {
    const client = await live(carol)
    const secret = await world.aChannel(workspace, { by: alice, private: true })
    const open = await world.aChannel(workspace, { by: alice })
    const answers = await Promise.all(['0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11', secret.id, open.id].map((id) => client.command('typing', { channel_id: id })))
    expect(answers.map(({ type, data }) => ({ type, data }))).toEqual(Array(3).fill(NO_SUCH_CHANNEL))
    const marks = await Promise.all(['0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11', secret.id].map((id) => client.command('mark_read', { channel_id: id, seq: 1 })))
    expect(marks.map(({ type, data }) => ({ type, data }))).toEqual(Array(2).fill(NO_SUCH_CHANNEL))
  })
})

describe('a read mark', () => {
  it('is answered as over HTTP, and shown on the reader\'s own devices only', async () => {
    const [one, other, stranger] = [await live(bob), await live(bob, 1), await live(carol)]
    await world.say(alice, general, 'read me')
    const { seq } = await one.receives('message_sent', ({ data }) => data['content'] === 'read me')
    const mark = { channel_id: general.id, last_read_seq: seq }
    expect(await one.command('mark_read', { channel_id: general.id, seq })).toMatchObject({ type: 'ack', data: mark })
    for (const device of [one, other]) {
      expect((await device.receives('channel_read')).data).toEqual({ ...mark, as_of_seq: seq, unread_count: 0, mention_count: 0, unread_capped: false })
    }
    await world.say(alice, general, 'and on')
    await stranger.receives('message_sent', ({ data }) => data['content'] === 'and on')
    expect(stranger.frames.some(({ type }) => type === 'channel_read')).toBe(false)
  })
})
