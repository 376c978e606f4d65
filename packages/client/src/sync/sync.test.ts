import { describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import type { Boot, Message } from '@afrochat/contracts'
import { ApiError, NetworkError } from '../http/errors.ts'
import { alice, anId, bob, ModelChat, workspace } from '../testing/model-chat.ts'
import { Sync, type SyncOptions } from './sync.ts'
import type { ChannelId, SyncEvent } from './sync-event.ts'

const general = anId<ChannelId>('channel-general')

/** A sync over the model, whose answers a test may delay or spoil. */
function aSync(spoil: Partial<{ boot: () => Promise<void>; changes: () => Promise<void> }> = {}) {
  const chat = new ModelChat()
  chat.addChannel('general')
  const events: SyncEvent[] = []
  const problems: unknown[] = []
  const page = <T>(items: T[]) => ({ items, next_cursor: null })
  const calls: SyncOptions['calls'] = {
    listWorkspaces: async () => page([workspace]),
    boot: async (): Promise<Boot> => {
      await spoil.boot?.()
      return chat.boot()
    },
    listChannelChanges: async ({ channel_id, since }): Promise<{ items: Message[]; next_cursor: null }> => {
      await spoil.changes?.()
      return page(chat.changes(channel_id, since))
    },
    getChannel: async ({ channel_id }) => chat.channel(channel_id),
  }
  const sync = new Sync({ calls, from: chat.boot(), onEvent: (event) => void events.push(event), onProblem: (problem) => void problems.push(problem) })
  sync.me = alice.id
  const receiveLast = () => sync.receive(chat.last)
  return { chat, sync, events, problems, receiveLast, summary: () => events.map((event) => `${event.type} ${'seq' in event ? event.seq : ''}`.trim()) }
}

const notFound = () => new ApiError({ status: 404, body: { error: 'No such channel', code: 'channel_not_found', request_id: 'r' }, retryAfterSeconds: null })

describe('Sync', () => {
  it('does not tell again what the state that it read shows, whether that comes while it reads or later', async () => {
    const { chat, sync, summary } = aSync({
      boot: async () => {
        chat.join(general, bob)
        sync.receive(chat.last)
        chat.send(general, 'also in the state')
      },
    })
    await sync.resync()
    sync.receive(chat.last)
    await waitFor(() => summary().length === 3)
    expect(summary()).toEqual(['workspace_refreshed', 'message_sent 3', 'channel_refreshed'])
    expect(sync.position).toEqual({ cursor: 'e1.0.3', seqs: { [general]: 3 } })
  })

  it('reads the state once more when something was missed again while it read', async () => {
    let reads = 0
    const { sync, events } = aSync({
      boot: async () => {
        reads += 1
        if (reads === 1) void sync.resync()
      },
    })
    await sync.resync()
    expect(reads).toBe(2)
    expect(events).toHaveLength(1)
  })

  it('goes on trying while the server is away', async () => {
    let tries = 0
    const { chat, receiveLast, summary, problems } = aSync({
      changes: async () => {
        tries += 1
        if (tries < 3) throw new NetworkError('away')
      },
    })
    chat.send(general, 'lost')
    chat.send(general, 'three')
    receiveLast()
    await waitFor(() => summary().length === 3)
    expect(summary()).toEqual(['message_sent 2', 'message_sent 3', 'channel_refreshed'])
    expect(problems).toEqual([])
  })

  it('lets go of a channel that this person may not see any more, without a fuss', async () => {
    const { chat, receiveLast, summary, problems, sync } = aSync({ changes: () => Promise.reject(notFound()) })
    chat.send(general, 'lost')
    chat.send(general, 'three')
    receiveLast()
    await waitFor(() => summary().length === 1)
    expect(summary()).toEqual(['message_sent 3'])
    expect(problems).toEqual([])
    expect(sync.position?.seqs).toEqual({})
  })

  it('says when something cannot be mended, and shows nothing as complete that is not', async () => {
    const { sync, summary, receiveLast, problems, chat } = aSync({ boot: () => Promise.reject(new Error('a fault')) })
    await sync.resync()
    chat.send(general, 'after')
    receiveLast()
    expect(problems).toEqual([new Error('a fault')])
    expect(summary()).toEqual([])
    expect(sync.position?.cursor).toBe('e1.0.1')
  })

  it('tells which workspaces are gone when it reads the state anew', async () => {
    const { sync, events } = aSync({ boot: () => Promise.reject(notFound()) })
    await sync.resync()
    expect(events).toEqual([{ type: 'workspace_gone', workspace_id: workspace.id }])
    await sync.resync()
    expect(events).toHaveLength(1)
  })

  it('takes up reading in the middle of one change of several messages', async () => {
    const { chat, sync, events, receiveLast } = aSync()
    const messages = ['a', 'b', 'c'].map((text) => chat.send(general, text))
    for (const event of chat.log.slice(1)) sync.receive(event)
    chat.deleteAtOnce(general, messages)
    chat.send(general, 'last')
    receiveLast()
    await waitFor(() => events.some(({ type }) => type === 'channel_refreshed'))
    expect(events.filter(({ type }) => type === 'message_deleted')).toHaveLength(3)
  })

  it('keeps the channels of others flowing while it mends one', async () => {
    const release = Promise.withResolvers<void>()
    const { chat, receiveLast, summary, sync } = aSync({ changes: () => release.promise })
    const other = chat.addChannel('other')
    receiveLast()
    chat.send(general, 'lost')
    chat.send(general, 'held back')
    receiveLast()
    chat.send(other, 'flows')
    receiveLast()
    expect(summary()).toEqual(['member_joined 1', 'message_sent 2'])
    // After a crash both must come again.
    expect(sync.position?.cursor).toBe('e1.0.2')
    release.resolve()
    await waitFor(() => sync.position?.cursor === 'e1.0.5')
  })

  it('reads nothing any more once it is closed', async () => {
    const { chat, sync, receiveLast, summary, problems } = aSync({ changes: () => Promise.reject(new NetworkError('closed')) })
    chat.send(general, 'lost')
    chat.send(general, 'three')
    receiveLast()
    sync.close()
    await Promise.resolve()
    expect([summary(), problems]).toEqual([[], []])
  })
})
