import { describe, expect, it } from '@jest/globals'
import { anId, ModelChat } from '../testing/model-chat.ts'
import { ChannelLog } from './channel-log.ts'
import { toClientEvent, type ChannelId, type ClientEvent, type WireEvent } from './sync-event.ts'

const general = anId<ChannelId>('channel-general')

function known(wire: WireEvent): ClientEvent {
  const event = toClientEvent(wire)
  if (event === undefined) throw new Error(`Unknown: ${wire.type}`)
  return event
}

function aLog() {
  const chat = new ModelChat()
  chat.addChannel('general')
  const old = chat.send(general, 'old')
  const log = new ChannelLog(chat.channel(general))
  const applyLast = () => log.apply(known(chat.last))
  return { chat, old, log, applyLast }
}

describe('ChannelLog', () => {
  it('holds what came since it began, and earlier messages only once they were read', async () => {
    const { chat, old, log, applyLast } = aLog()
    chat.edit(old, 'old, edited')
    expect(applyLast()).toBeUndefined()
    chat.send(general, 'new')
    expect(applyLast()?.content).toBe('new')
    expect(log.all().map(({ content }) => content)).toEqual(['new'])
    await log.load(async () => chat.changes(general, 0))
    expect(log.all()).toEqual(chat.messages(general))
  })

  it('joins history with what happens to it while it is read', async () => {
    const { chat, old, log, applyLast } = aLog()
    await log.load(async () => {
      const read = chat.changes(general, 0)
      chat.react('reaction_added', old, 'tada')
      applyLast()
      return read
    })
    expect(log.get(old.id)?.reactions).toEqual([{ emoji: 'tada', count: 1, user_ids: ['user-bob'] }])
  })

  it('never takes an earlier state for a later one', async () => {
    const { chat, log, applyLast } = aLog()
    const sent = chat.send(general, 'first')
    applyLast()
    const earlier = chat.changes(general, 0)
    chat.edit(sent, 'second')
    applyLast()
    await log.load(async () => earlier)
    expect(log.get(sent.id)?.content).toBe('second')
  })

  it('shows of the deleted only what replies hang on, and of replies only those sent to the channel too', () => {
    const { chat, log, applyLast } = aLog()
    const root = chat.send(general, 'root')
    applyLast()
    for (const more of [{}, { also_in_channel: true }]) {
      chat.send(general, 'reply', { thread_id: root.id, ...more })
      for (const event of chat.log.slice(-2)) log.apply(known(event))
    }
    const leaf = chat.send(general, 'leaf')
    applyLast()
    for (const message of [root, leaf]) {
      chat.delete(message)
      applyLast()
    }
    expect(log.history().map(({ content, deleted_at }) => [content, deleted_at !== null])).toEqual([['', true], ['reply', false]])
    expect(log.replies(root.id)).toHaveLength(2)
  })

  it('applies one deletion to all of its messages, to those that are being read too', async () => {
    const { chat, old, log, applyLast } = aLog()
    const held = [chat.send(general, 'one'), chat.send(general, 'two')]
    for (const event of chat.log.slice(-2)) log.apply(known(event))
    await log.load(async () => {
      const read = chat.changes(general, 0)
      chat.deleteAtOnce(general, [old, ...held])
      expect(applyLast()).toBeUndefined()
      return read
    })
    expect(log.all()).toEqual(chat.messages(general))
    expect(log.history()).toEqual([])
  })

  it('forgets everything when the server was restored to an earlier state', () => {
    const { chat, log, applyLast } = aLog()
    chat.send(general, 'lost with the restore')
    applyLast()
    log.apply({ type: 'workspace_refreshed', data: chat.boot(), history: 'kept' })
    expect(log.all()).toHaveLength(1)
    log.apply({ type: 'workspace_refreshed', data: chat.boot(), history: 'void' })
    expect(log.all()).toEqual([])
  })
})
