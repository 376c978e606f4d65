import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import { ChannelLog, createClient, type ChannelId, type Connection, type ConnectionStatus, type ConnectOptions, type SyncEvent } from './index.ts'
import { alice, bob } from './testing/model-chat.ts'
import { ScriptedServer } from './testing/scripted-server.ts'

let server: ScriptedServer
let general: ChannelId
let connection: Connection | undefined
let problems: unknown[]

beforeEach(async () => {
  server = await ScriptedServer.start()
  general = server.chat.addChannel('general')
  problems = []
})
afterEach(async () => {
  connection?.close()
  await server.stop()
})

/** alice, connected from the present state on, with a log that applies what she is told. */
function connectAlice(options: Partial<ConnectOptions> = {}) {
  const client = createClient({
    url: server.url,
    tokens: { userId: alice.id, accessToken: 'access-1', refreshToken: 'refresh-1', expiresAtMs: Date.now() + 3_600_000 },
  })
  const log = new ChannelLog(server.chat.channel(general))
  const events: SyncEvent[] = []
  const states: ConnectionStatus['state'][] = []
  connection = client.connect({
    from: server.chat.boot(),
    onStatus: ({ state }) => void states.push(state),
    onProblem: (error) => void problems.push(error),
    ...options,
    onEvent: (event) => {
      events.push(event)
      log.apply(event)
      options.onEvent?.(event)
    },
  })
  const live = () => waitFor(() => connection?.status.state === 'live', { message: 'the connection to be live' })
  const converge = () => waitFor(() => {
    expect(log.all()).toEqual(server.chat.messages(general))
    return true
  }, { message: 'alice to know what the API says' })
  return { client, connection, log, events, states, live, converge, newContents: () => events.flatMap((event) => (event.type === 'message_sent' ? [event.data.content] : [])) }
}

function say(...texts: string[]): void {
  for (const text of texts) server.chat.send(general, text)
  server.publish()
}

describe('a connection', () => {
  it('signs in by subprotocol, resumes from the state that it was given, and is live', async () => {
    const { live, states, converge } = connectAlice()
    say('between boot and connection')
    await live()
    await converge()
    expect(states).toEqual(['connecting', 'catching-up', 'live'])
    expect(server.sockets[0]).toMatchObject({ protocols: ['afrochat.v1', 'bearer.access-1'], frames: ['resume'] })
  })

  it('begins with now when it is given nothing, and does not make the server wait for its first frame', async () => {
    say('before')
    const { live, events, newContents } = connectAlice({ from: undefined as never })
    await live()
    await waitFor(() => server.sockets[0]?.frames[0] === 'ping')
    say('after')
    await waitFor(() => events.length === 1)
    expect(newContents()).toEqual(['after'])
  })

  it('comes back after a break in the middle, and misses nothing and repeats nothing', async () => {
    const { live, converge, newContents, states } = connectAlice()
    await live()
    server.faults.dropAfter = 2
    say('1', '2', '3', '4')
    await converge()
    expect(newContents()).toEqual(['1', '2', '3', '4'])
    expect(states).toContain('waiting')
  })

  it.each([
    ['its resume came late, and what happens now before what it missed', Infinity],
    ['that is so, and the connection breaks again before all of it has come', 3],
  ])('misses nothing although %s', async (_, dropAfter) => {
    const { live, converge, newContents } = connectAlice()
    const other = server.chat.addChannel('other')
    server.publish()
    await live()
    server.faults.refuseWith = { code: 1013, reason: '' }
    server.terminateAll()
    say('1', '2', '3')
    server.chat.send(other, '4')
    await waitFor(() => connection?.status.state === 'waiting', { message: 'the break to be noticed' })
    server.faults.isHasty = true
    server.faults.dropAfter = dropAfter
    server.faults.refuseWith = null
    await waitFor(() => newContents().length >= 4, { message: 'all that was missed' })
    expect(newContents()).toEqual(['4', '1', '2', '3'])
    await converge()
  })

  it('drops what it has had before', async () => {
    const { live, converge, newContents } = connectAlice()
    await live()
    server.faults.copies = () => 3
    say('1', '2')
    await converge()
    expect(newContents()).toEqual(['1', '2'])
  })

  it('mends a gap in a channel by its changes, and tells what is the channel’s state now', async () => {
    const { live, converge, newContents, events } = connectAlice()
    await live()
    server.faults.isImported = ({ seq }) => seq !== 7
    const first = server.chat.send(general, 'imported 1')
    server.chat.send(general, 'imported 2')
    server.chat.edit(first, 'imported 1, edited')
    server.chat.send(general, 'imported 3')
    server.chat.join(general, bob)
    say('live')
    await converge()
    expect(newContents().toSorted()).toEqual(['imported 1, edited', 'imported 2', 'imported 3', 'live'])
    await waitFor(() => events.some(({ type }) => type === 'channel_refreshed'), { message: 'the channel as it is now' })
    expect(events.filter(({ type }) => type === 'channel_refreshed')).toMatchObject([{ data: { id: general, last_seq: 7 } }])
    expect(server.live).toHaveLength(1)
  })

  it('notices by the heartbeat that the last event got lost, and fetches it', async () => {
    const { live, converge } = connectAlice()
    await live()
    let lost = false
    server.faults.copies = () => {
      if (lost) return 1
      lost = true
      return 0
    }
    say('the last one')
    await converge()
    expect(server.sockets).toHaveLength(2)
  })

  it('gets back what was lost in between, although later events of other channels have come', async () => {
    const { live, converge, newContents } = connectAlice()
    const other = server.chat.addChannel('other')
    await live()
    server.publish()
    let lost = false
    server.faults.copies = ({ channel_id }) => {
      if (lost || channel_id !== general) return 1
      lost = true
      return 0
    }
    server.chat.send(general, 'lost')
    server.chat.send(other, 'later')
    server.publish()
    await converge()
    expect(newContents()).toEqual(['later', 'lost'])
  })

  it('gives the last word on a read mark last, although the one before it got lost', async () => {
    const { live, events } = connectAlice()
    await live()
    server.faults.copies = () => 0
    server.chat.read(general, 2)
    server.publish()
    server.faults.copies = () => 1
    server.chat.read(general, 0)
    server.publish()
    await waitFor(() => events.length > 0 && server.sockets.length === 2 && connection?.status.state === 'live', { message: 'the loss to be noticed' })
    expect(events.flatMap((event) => (event.type === 'channel_read' ? [event.data.last_read_seq] : []))).toEqual([0, 2, 0])
  })

  it('gives up a connection that has fallen silent, and makes another', async () => {
    server.promisedMs = 200
    // At once: the next attempt may come within a millisecond, and would wait for a `hello` in vain.
    const { live } = connectAlice({ onStatus: ({ state }) => { if (state === 'waiting') server.faults.isSilent = false } })
    await live()
    server.faults.isSilent = true
    await waitFor(() => !server.faults.isSilent, { message: 'silence to be noticed' })
    await live()
    expect(server.sockets.length).toBeGreaterThan(1)
  })

  it('reads the state anew when it was away for too long to resume, and mends what it knows', async () => {
    const { live, converge, newContents, events } = connectAlice()
    await live()
    say('known')
    await converge()
    server.faults.refuseWith = { code: 1013, reason: '' }
    server.terminateAll()
    const [known] = server.chat.messages(general)
    if (known === undefined) throw new Error('It was just sent')
    server.chat.edit(known, 'known, edited')
    say('1', '2', '3')
    const joined = server.chat.addChannel('joined meanwhile')
    server.faults.oldest = server.chat.log.length
    server.faults.refuseWith = null
    await converge()
    expect(newContents()).toEqual(['known', '1', '2', '3'])
    expect(events.filter(({ type }) => type === 'workspace_refreshed')).toMatchObject([{ history: 'kept', data: { channels: [{ id: general }, { id: joined }] } }])
    say('and on')
    await converge()
  })

  it('does not lose what comes while it reads the state anew, even if the connection breaks meanwhile', async () => {
    const { live, converge, newContents } = connectAlice()
    await live()
    let boots = 0
    server.faults.http = async ({ url }) => {
      if (!url.pathname.endsWith('/boot')) return null
      boots += 1
      if (boots === 1) {
        say('while it reads')
        server.terminateAll()
        await waitFor(() => server.live.length === 1 && server.live[0]?.frames.includes('resume'))
        say('on the next connection')
      }
      return null
    }
    server.faults.oldest = Infinity
    server.terminateAll()
    say('missed')
    await waitFor(() => boots === 1)
    server.faults.oldest = 0
    await converge()
    expect(newContents().toSorted()).toEqual(['missed', 'on the next connection', 'while it reads'])
  })

  it('says that history is void when the server was restored to an earlier state', async () => {
    const { live, converge, events } = connectAlice()
    await live()
    say('kept', 'lost with the restore')
    await converge()
    server.terminateAll()
    server.chat.restore('e2', 1)
    await waitFor(() => events.some((event) => event.type === 'workspace_refreshed' && event.history === 'void'))
    say('in the new life')
    await waitFor(() => events.at(-1)?.type === 'message_sent')
    expect(events.at(-1)).toMatchObject({ seq: 3, data: { content: 'in the new life' } })
  })

  it('reads the state anew when it is told to in the middle of a connection, and stays on it', async () => {
    const { live, events, converge } = connectAlice()
    await live()
    say('kept', 'lost with the restore')
    await converge()
    server.chat.restore('e2', 1)
    for (const socket of server.live) socket.pos = server.chat.log.length
    server.send({ type: 'resync_required', data: {} })
    await waitFor(() => events.some((event) => event.type === 'workspace_refreshed' && event.history === 'void'))
    say('in the new life')
    await waitFor(() => events.at(-1)?.type === 'message_sent')
    expect(events.at(-1)).toMatchObject({ seq: 3, data: { content: 'in the new life' } })
    expect(server.sockets).toHaveLength(1)
  })

  it('goes on from a position that was kept, also if that was while something was missing', async () => {
    const first = connectAlice()
    await first.live()
    say('known')
    await first.converge()
    server.faults.http = ({ url }) => (url.pathname.endsWith('/changes') ? new Promise(() => undefined) : null)
    server.faults.copies = ({ seq }) => (seq === 3 ? 0 : 1)
    say('3 is lost', '4 waits behind it')
    await waitFor(() => server.requests.some(({ url }) => url.pathname.endsWith('/changes')))
    const kept = JSON.parse(JSON.stringify(first.connection.position))
    first.connection.close()
    server.faults.http = () => null
    server.faults.copies = () => 1
    const second = connectAlice({ from: kept })
    await waitFor(() => second.newContents().length === 2)
    expect(second.newContents()).toEqual(['3 is lost', '4 waits behind it'])
  })

  it('ignores what it does not know, and survives a fault in the application', async () => {
    const { live, newContents } = connectAlice({ onEvent: ({ type }) => { if (type === 'message_sent') throw new Error('a fault') } })
    await live()
    server.send({ type: 'presence_painted', data: {} })
    say('1', '2')
    await waitFor(() => newContents().length === 2)
    expect(problems).toEqual([new Error('a fault'), new Error('a fault')])
    expect(server.sockets).toHaveLength(1)
  })
})

describe('the end of a connection', () => {
  it('is final and rejects what waits when the session was ended', async () => {
    const { live, client, states } = connectAlice()
    await live()
    server.faults.command = () => 'ignore'
    const sending = connection?.sendMessage({ channel_id: general, content: 'never answered' })
    server.closeAll(4010)
    await expect(sending).rejects.toMatchObject({ code: 'closed', outcome: 'unknown' })
    expect(states.at(-1)).toBe('signed-out')
    expect(client.tokens).toBeNull()
    await expect(connection?.sendMessage({ channel_id: general, content: 'later' })).rejects.toMatchObject({ code: 'closed', outcome: 'not_sent' })
  })

  it.each([4002, 4003])('is final when the server does not want this client back: %d', async (code) => {
    const { live } = connectAlice()
    await live()
    server.closeAll(code, 'no more')
    await waitFor(() => connection?.status.state === 'stopped')
    expect(connection?.status).toEqual({ state: 'stopped', reason: 'no more' })
  })

  it('waits as long as a server that restarts asks it to', async () => {
    const { live } = connectAlice()
    await live()
    const closedAt = performance.now()
    server.closeAll(4009, '300')
    await waitFor(() => connection?.status.state === 'waiting')
    expect(connection?.status).toMatchObject({ delayMs: 300 })
    await live()
    expect(performance.now() - closedAt).toBeGreaterThanOrEqual(299)
  })

  it('does not wait any longer when told that the network is back', async () => {
    const { live } = connectAlice()
    await live()
    server.closeAll(4009, '60000')
    await waitFor(() => connection?.status.state === 'waiting')
    connection?.reconnectNow()
    await live()
  })

  it('is none when only the access token has expired', async () => {
    const { live, states } = connectAlice()
    await live()
    server.accessToken = 'access-other'
    server.closeAll(4001)
    await waitFor(() => server.sockets.length === 2)
    await live()
    expect(states).not.toContain('signed-out')
    expect(server.live[0]?.protocols).toContain('bearer.access-2')
  })

  it('is none when a handshake was refused, of which it cannot know why: it asks again in a way that tells', async () => {
    server.accessToken = 'access-other'
    const { live, states } = connectAlice()
    await live()
    expect(states).toEqual(['connecting', 'waiting', 'connecting', 'connecting', 'catching-up', 'live'])
    expect(server.sockets.map(({ protocols }) => protocols)).toEqual([['afrochat.v1'], ['afrochat.v1']])
    server.terminateAll()
    await waitFor(() => server.sockets.length === 3)
    await live()
    expect(server.sockets[2]?.protocols).toEqual(['afrochat.v1', 'bearer.access-2'])
  })

  it('is a sign-out when the new token is refused like the old one', async () => {
    server.faults.refuseWith = { code: 4001, reason: '' }
    connectAlice()
    await waitFor(() => connection?.status.state === 'signed-out')
    expect(server.sockets).toHaveLength(2)
  })
})

describe('commands', () => {
  it('are answered with what they made', async () => {
    const { live } = connectAlice()
    await live()
    await expect(connection?.sendMessage({ channel_id: general, content: 'hello' })).resolves.toMatchObject({ content: 'hello', user_id: alice.id })
    await expect(connection?.markRead({ channel_id: general, seq: 2 })).resolves.toBeUndefined()
  })

  it('send a message once, although the connection broke before its answer came', async () => {
    const { live } = connectAlice()
    await live()
    let lost = 0
    server.faults.command = () => ((lost += 1) <= 2 ? 'lose' : 'answer')
    await expect(connection?.sendMessage({ channel_id: general, content: 'once' })).resolves.toMatchObject({ content: 'once' })
    expect(server.chat.messages(general)).toHaveLength(1)
    expect(server.sockets).toHaveLength(3)
  })

  it('wait for a connection, and are sent in the order in which they were given', async () => {
    const alices = connectAlice().connection
    await Promise.all(['1', '2', '3'].map((content) => alices.sendMessage({ channel_id: general, content })))
    expect(server.chat.messages(general).map(({ content }) => content)).toEqual(['1', '2', '3'])
  })

  it('fail when nobody knows whether they were done and doing them twice is not the same', async () => {
    const { live } = connectAlice()
    await live()
    server.faults.command = () => 'lose'
    await expect(connection?.sendMessage({ channel_id: general, content: 'x', client_msg_id: null })).rejects.toMatchObject({ code: 'connection_lost', outcome: 'unknown' })
  })

  it('do not end the connection by being longer than a frame may be', async () => {
    const { live } = connectAlice()
    await live()
    await expect(connection?.sendMessage({ channel_id: general, content: '漢'.repeat(22_000) })).rejects.toMatchObject({ code: 'frame_too_large', outcome: 'not_sent' })
    await expect(connection?.sendMessage({ channel_id: general, content: '漢'.repeat(21_000) })).resolves.toMatchObject({ user_id: alice.id })
    expect(server.sockets).toHaveLength(1)
  })

  it('end with what the server says against them, or with time', async () => {
    const { live } = connectAlice()
    await live()
    server.faults.command = () => 'ignore'
    const sending = connection?.sendMessage({ channel_id: general, content: 'x' })
    server.send({ type: 'error', id: '1', data: { error: 'This channel is archived', code: 'channel_archived' } })
    await expect(sending).rejects.toMatchObject({ name: 'CommandError', code: 'channel_archived', message: 'This channel is archived', outcome: 'refused' })
    await expect(connection?.markRead({ channel_id: general, seq: 1 }, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout', outcome: 'unknown' })
  })

  it('say that somebody types once in three seconds, and hear it of others', async () => {
    const heard: string[] = []
    const { live } = connectAlice({ onTyping: ({ user_id }) => void heard.push(user_id) })
    await live()
    for (let key = 0; key < 10; key += 1) connection?.typing({ channel_id: general })
    await waitFor(() => server.sockets[0]?.frames.includes('typing'))
    await connection?.markRead({ channel_id: general, seq: 1 })
    expect(server.sockets[0]?.frames.filter((type) => type === 'typing')).toHaveLength(1)
    server.send({ type: 'user_typing', data: { user_id: bob.id, channel_id: general, thread_id: null, timestamp: '2026-11-24T09:30:00.000Z' } })
    await waitFor(() => heard.length === 1)
    expect(heard).toEqual([bob.id])
  })
})

describe('presence', () => {
  it('is watched from the first connection on, and on every later one; who asks for others hears no more of those before', async () => {
    const heard: string[] = []
    const { live } = connectAlice({ onPresence: ({ user_id, presence }) => void heard.push(`${user_id === bob.id ? 'bob' : 'alice'} ${presence}`) })
    expect(await connection?.watchPresence([bob.id, bob.id])).toEqual([{ user_id: bob.id, presence: 'active' }])
    await live()
    server.send({ type: 'presence_changed', data: { user_id: bob.id, presence: 'away' } })
    await waitFor(() => heard.length === 2)
    server.sockets[0]?.socket.terminate()
    await waitFor(() => heard.length === 3)
    await connection?.watchPresence([alice.id])
    expect(heard).toEqual(['bob active', 'bob away', 'bob active', 'alice active'])
    expect(server.sockets[1]?.frames.filter((type) => type === 'watch_presence')).toHaveLength(2)
    await expect(connection?.watchPresence(Array.from({ length: 501 }, (_, index) => `${index}` as typeof bob.id))).rejects.toThrow(RangeError)
  })

  it('asked about while the connection breaks is answered over the next one, once', async () => {
    const { live } = connectAlice()
    await live()
    let isFirst = true
    server.faults.command = () => (isFirst ? 'lose' : 'answer')
    const asking = connection?.watchPresence([bob.id])
    await waitFor(() => server.sockets.length === 2)
    isFirst = false
    expect(await asking).toEqual([{ user_id: bob.id, presence: 'active' }])
    await connection?.markRead({ channel_id: general, seq: 1 })
    expect(server.sockets.at(-1)?.frames.filter((type) => type === 'watch_presence')).toHaveLength(1)
  })

  it('that cannot be told at the moment is asked about again', async () => {
    const { live } = connectAlice()
    await live()
    await connection?.watchPresence([bob.id])
    let fate: 'ignore' | 'answer' = 'ignore'
    server.faults.command = () => fate
    const asked = () => server.sockets.at(-1)?.frames.filter((type) => type === 'watch_presence').length
    server.sockets[0]?.socket.terminate()
    await waitFor(() => server.sockets.length === 2 && asked() === 1)
    fate = 'answer'
    server.send({ type: 'error', id: '2', data: { error: 'Try again later', code: 'service_unavailable' } })
    await waitFor(() => asked() === 2)
  })

  it('of the own device is said when it changes, and that nobody is at it again after a break, before anything else', async () => {
    const { live } = connectAlice()
    await live()
    for (let key = 0; key < 10; key += 1) connection?.setPresence('active')
    connection?.setPresence('away')
    connection?.setPresence('away')
    await connection?.markRead({ channel_id: general, seq: 1 })
    const said = () => server.sockets.at(-1)?.frames.filter((type) => !['ping', 'resume'].includes(type))
    expect(said()).toEqual(['presence', 'presence', 'mark_read'])
    server.sockets[0]?.socket.terminate()
    await connection?.markRead({ channel_id: general, seq: 2 })
    expect(said()).toEqual(['presence', 'mark_read'])
  })
})
