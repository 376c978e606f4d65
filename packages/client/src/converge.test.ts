import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { waitFor } from '@afrochat/test-support'
import { ChatState } from './chat/chat-state.ts'
import { ChannelLog, createClient, type Channel, type ChannelId, type Client, type Connection, type SharedMessage, type SyncEvent } from './index.ts'
import { alice, bob, type ModelChat } from './testing/model-chat.ts'
import { problem, ScriptedServer } from './testing/scripted-server.ts'

const moves = fc.record({
  what: fc.constantFrom('send', 'send', 'mention', 'reply', 'edit', 'preview', 'delete', 'delete several', 'react', 'pin', 'lock', 'rename', 'mute', 'read', 'unread'),
  fault: fc.constantFrom('none', 'none', 'none', 'lose', 'lose', 'repeat', 'cut', 'cut off late', 'restart', 'too old', 'busy api'),
  which: fc.nat(50),
  turns: fc.nat(4),
})

type Move = typeof moves extends fc.Arbitrary<infer T> ? T : never

function act({ chat }: ScriptedServer, { what, which }: Move, channels: readonly [ChannelId, ChannelId]): void {
  const channelId = channels[which % 2 === 0 ? 0 : 1]
  const { muted, last_seq, last_read_seq } = chat.channel(channelId)
  if (what === 'rename') return chat.change(channelId, { name: `name-${which}`, topic: `topic ${which}` })
  if (what === 'mute') return chat.mute(channelId, !muted)
  if (what === 'read') return chat.read(channelId, Math.max(last_read_seq, last_seq - (which % 3)))
  if (what === 'unread') return chat.read(channelId, Math.max(0, last_read_seq - (which % 5)))
  const messages = chat.messages(channelId).filter(({ deleted_at }) => deleted_at === null)
  const message = messages[which % Math.max(1, messages.length)]
  if (what === 'send' || what === 'mention' || message === undefined) return sendSome(chat, channelId, { what, which })
  change(chat, what, { message, others: messages.filter(({ seq }) => seq % 3 === which % 3) })
}

function sendSome(chat: ModelChat, channelId: ChannelId, { what, which }: Pick<Move, 'what' | 'which'>): void {
  const mentions = { user_ids: which % 3 === 0 ? [alice.id] : [], group_ids: [], channel: which % 3 === 1 ? 'channel' : null } as const
  chat.send(channelId, `text ${which}`, { user_id: which % 7 === 6 ? alice.id : bob.id, ...(what === 'mention' && { mentions: { ...mentions, user_ids: [...mentions.user_ids], group_ids: [] } }) })
}

function change(chat: ModelChat, what: Move['what'], { message, others }: { message: SharedMessage; others: readonly SharedMessage[] }): void {
  switch (what) {
    case 'reply': return void chat.send(message.channel_id, 'reply', { thread_id: message.thread_id ?? message.id })
    case 'edit': return chat.edit(message, `${message.content}!`)
    case 'preview': return chat.preview(message, 'https://example.org')
    case 'delete': return chat.delete(message)
    case 'delete several': return chat.deleteAtOnce(message.channel_id, others.length > 0 ? others : [message])
    case 'pin': return chat.pin(message, !message.pinned)
    case 'lock': return chat.lock(message, !message.locked)
    case 'react': return chat.react(message.reactions.length === 0 ? 'reaction_added' : 'reaction_removed', message, 'tada')
    default: throw new Error(`Nothing is done for ${what}`)
  }
}

/**
 * A connection that lost a frame is not cut: nobody could know of the loss then. (It does not happen either, since TCP
 * loses nothing in between; what a heartbeat's count is for is a fault of the server or of a proxy.)
 */
function goWrong(server: ScriptedServer, { fault: wanted }: Move): void {
  const { faults } = server
  const fault = server.live.some(({ hasLost }) => hasLost) && wanted !== 'repeat' ? 'none' : wanted
  faults.copies = () => (fault === 'lose' ? 0 : fault === 'repeat' ? 2 : 1)
  faults.oldest = fault === 'too old' ? Infinity : 0
  let answers = 0
  faults.http = () => (fault === 'busy api' && (answers += 1) % 2 === 1 ? problem(503, 'unavailable', { 'retry-after': '0' }) : null)
  faults.dropAfter = fault === 'cut off late' ? (server.live[0]?.sent ?? 0) + 1 : Infinity
  if (fault === 'cut' || fault === 'too old') server.terminateAll()
  if (fault === 'restart') server.closeAll(4009, '1')
}

async function run(list: readonly Move[]): Promise<void> {
  const server = await ScriptedServer.start()
  const channels = [server.chat.addChannel('one'), server.chat.addChannel('two')] as const
  const logs = channels.map((id) => new ChannelLog(server.chat.channel(id)))
  const problems: unknown[] = []
  const news: string[] = []
  let told = Promise.resolve()
  const state = new ChatState(server.chat.boot())
  const client = createClient({ url: server.url, tokens: { userId: alice.id, accessToken: 'access-1', refreshToken: 'refresh-1', expiresAtMs: null } })
  const connection: Connection = client.connect({
    from: server.chat.boot(),
    onEvent: (event) => {
      for (const log of logs) log.apply(event)
      if (event.type === 'message_sent') news.push(event.data.id)
      told = told.then(() => takeIn(client, state, event)).catch((error: unknown) => void problems.push(error))
    },
    // Back-off has its own tests; here it would only be waiting.
    onStatus: ({ state }) => { if (state === 'waiting') queueMicrotask(() => connection.reconnectNow()) },
    onProblem: (error) => void problems.push(error),
  })
  try {
    for (const move of list) {
      goWrong(server, move)
      act(server, move, channels)
      server.publish()
      for (let turn = 0; turn < move.turns; turn += 1) await nextTurn()
    }
    goWrong(server, { what: 'send', fault: 'none', which: 0, turns: 0 })
    await waitFor(() => {
      expect(logs.map((log) => log.all())).toEqual(channels.map((id) => server.chat.messages(id)))
      expect(state.channels().toSorted(byId)).toEqual(channels.map((id) => server.chat.channel(id)).toSorted(byId))
      return true
    }, { message: 'alice to know what the API says' })
    expect(news).toEqual([...new Set(news)])
    expect(problems).toEqual([])
  } finally {
    connection.close()
    await told
    await server.stop()
  }
}

/** As an application does it: what an event does not tell is asked for. */
async function takeIn(client: Client, state: ChatState, event: SyncEvent): Promise<void> {
  const uncertain = state.apply(event)
  if (uncertain !== null) state.put(await client.getChannel({ channel_id: uncertain }))
}

const byId = (a: Channel, b: Channel): number => (a.id < b.id ? -1 : 1)

it('knows in the end what the API says, of messages, channels and counts, each message new once, whatever goes wrong on the way', async () => {
  // Not shrunk: a run that fails waits for its whole time-out.
  await fc.assert(fc.asyncProperty(fc.array(moves, { minLength: 5, maxLength: 60, size: 'max' }), run), { numRuns: 25, endOnFailure: true })
})
