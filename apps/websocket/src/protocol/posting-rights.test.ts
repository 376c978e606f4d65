import { describe, expect, it } from '@jest/globals'
import type { PlacedEvent } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type MessageId, type SessionId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { channelArchived } from '@afrochat/workspace'
import { PostingRights } from './posting-rights.ts'

const actor: Actor = { userId: newId<UserId>(), sessionId: newId<SessionId>(), requestId: null }
const [room, other] = [newId<ChannelId>(), newId<ChannelId>()]
const event = (type: string, stream: string) => ({ type, stream_key: stream }) as PlacedEvent

function theRights() {
  const asked: string[] = []
  const state = { isArchived: false, nowMs: 0, whileReading: () => undefined as void }
  const rights = new PostingRights({
    nowMs: () => state.nowMs,
    async checkMayPost(_actor, { channel_id: channelId }) {
      asked.push(channelId)
      const { isArchived } = state
      state.whileReading()
      if (isArchived) throw channelArchived()
    },
  })
  const check = (channelId = room, threadId: MessageId | null = null) => rights.check(actor, { channel_id: channelId, thread_id: threadId })
  return { rights, asked, state, check }
}

describe('the right to post', () => {
  it('is looked up once in a while for each place, and a refusal each time', async () => {
    const { asked, state, check } = theRights()
    for (let times = 0; times < 3; times += 1) await check()
    await check(other)
    await check(room, newId<MessageId>())
    expect(asked).toEqual([room, other, room])
    state.nowMs += 30_000
    await check()
    expect(asked).toHaveLength(4)
    state.isArchived = true
    state.nowMs += 30_000
    for (let times = 0; times < 2; times += 1) await expect(check()).rejects.toMatchObject({ code: 'channel_archived' })
    expect(asked).toHaveLength(6)
  })

  it.each([
    ['channel_archived', true], ['channel_updated', true], ['channel_deleted', true], ['member_left', true], ['member_updated', true], ['thread_updated', true],
    ['message_sent', false], ['reaction_added', false],
  ])('after %s in the channel is looked up again: %s; that in another channel is not', async (type, isAsked) => {
    const { rights, asked, check } = theRights()
    await check()
    await check(other)
    rights.hear(event(type, `c:${room}`))
    await check()
    await check(other)
    expect(asked).toEqual(isAsked ? [room, other, room] : [room, other])
  })

  it.each(['workspace_member_updated', 'workspace_member_left', 'workspace_deleted'])('is looked up again everywhere after %s', async (type) => {
    const { rights, asked, check } = theRights()
    await check()
    rights.hear(event(type, `w:${newId<WorkspaceId>()}`))
    await check()
    expect(asked).toHaveLength(2)
  })

  it('that was read while the log said that it may be another is not remembered', async () => {
    const { rights, asked, state, check } = theRights()
    state.whileReading = () => rights.hear(event('channel_archived', `c:${room}`))
    await check()
    state.whileReading = () => undefined
    await check()
    await check()
    expect(asked).toHaveLength(2)
  })
})
