import { describe, expect, it } from '@jest/globals'
import type { Sight } from '@afrochat/auth'
import type { PlacedEvent } from '@afrochat/database'
import { newId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { waitFor } from '@afrochat/test-support'
import type { Subscriber } from '../hub/subscriber.ts'
import { Sights } from './sights.ts'
import { Watches } from './watches.ts'

const [ada, bola, chi] = [newId<UserId>(), newId<UserId>(), newId<UserId>()]
const workspace = newId<WorkspaceId>()

/** Sights whose every question waits until the test answers it. */
function theSights() {
  const watches = new Watches(() => undefined)
  const questions: { sights: readonly Sight[]; answer(rightful: readonly Sight[]): void; fail(): void }[] = []
  const errors: unknown[] = []
  const sights = new Sights({
    watches, onError: (error) => void errors.push(error),
    rightfulSights: (asked) => new Promise((answer, reject) => {
      questions.push({ sights: asked, answer, fail: () => reject(new Error('the database is away')) })
    }),
  })
  const question = (index: number) => waitFor(() => questions[index])
  const aConnection = (userId: UserId, role: 'guest' | 'member' = 'member') =>
    ({ member: { userId, workspaces: new Map([[workspace, role]]) } }) as unknown as Subscriber
  /** Watches, with all that it may. */
  const watching = async (subscriber: Subscriber, ...ids: UserId[]) => {
    watches.set(subscriber, new Set(ids))
    const index = questions.length
    const done = sights.check(subscriber.member.userId, ids)
    const asked = await question(index)
    asked.answer(asked.sights)
    expect(await done).toBe(true)
  }
  return { watches, sights, questions, question, errors, aConnection, watching }
}

const event = (type: string, stream: string, payload: object) =>
  ({ shard: 0, pos: 1, seq: null, type, stream_key: stream, workspace_id: workspace, payload: JSON.stringify(payload) }) as unknown as PlacedEvent
const left = (userId: UserId) => event('workspace_member_left', `w:${workspace}`, { workspace_id: workspace, user_id: userId, removed_by: null })

describe('whom somebody watches', () => {
  it('is whom they may: the others are watched no longer, and nothing is certain before that', async () => {
    const { watches, sights, question, aConnection } = theSights()
    const connection = aConnection(ada)
    watches.set(connection, new Set([bola, chi]))
    const done = sights.check(ada, [bola, chi])
    const asked = await question(0)
    expect([asked.sights, sights.isCertain(connection, bola)]).toEqual([[{ viewer: ada, id: bola }, { viewer: ada, id: chi }], false])
    asked.answer([{ viewer: ada, id: chi }])
    expect([await done, [...watches.watchedBy(connection)], sights.isCertain(connection, chi)]).toEqual([true, [chi], true])
  })

  it('is in doubt when the log says that either has gone, until the tables say otherwise', async () => {
    for (const gone of [ada, bola]) {
      const { watches, sights, questions, question, aConnection, watching } = theSights()
      const [connection, another] = [aConnection(ada), aConnection(chi)]
      await watching(connection, bola)
      await watching(another, bola, chi)
      sights.hear(left(gone))
      expect(sights.isCertain(connection, bola)).toBe(false)
      expect(sights.isCertain(another, chi)).toBe(true)
      const asked = await question(2)
      asked.answer([])
      await waitFor(() => watches.watchedBy(connection).size === 0)
      expect(questions).toHaveLength(3)
    }
  })

  it('heard of while the tables were asked is asked about once more: the answer may be from before', async () => {
    const { watches, sights, question, aConnection } = theSights()
    const connection = aConnection(ada)
    watches.set(connection, new Set([bola]))
    const done = sights.check(ada, [bola])
    const first = await question(0)
    sights.hear(left(bola))
    first.answer(first.sights)
    const second = await question(1)
    expect([second.sights, sights.isCertain(connection, bola)]).toEqual([first.sights, false])
    second.answer([])
    expect([await done, watches.watchedBy(connection).size]).toEqual([true, 0])
  })

  it('stays in doubt while the tables cannot be asked', async () => {
    const { watches, sights, question, aConnection, watching, errors } = theSights()
    const connection = aConnection(ada)
    await watching(connection, bola)
    sights.hear(left(bola))
    ;(await question(1)).fail()
    await waitFor(() => errors.length === 1)
    expect([sights.isCertain(connection, bola), watches.watchedBy(connection).size]).toEqual([false, 1])
    const again = await question(2)
    again.answer(again.sights)
    await waitFor(() => sights.isCertain(connection, bola))
    sights.stop()
  })

  it('of a guest is in doubt when a channel is left or ends, of a member it is not', async () => {
    const channel = newId()
    const leaving = event('member_left', `c:${channel}`, { channel_id: channel, user_id: bola, removed_by: null })
    const ending = event('channel_deleted', `c:${channel}`, { id: channel, workspace_id: workspace })
    for (const change of [leaving, ending]) {
      const { sights, aConnection, watching } = theSights()
      const [member, guest] = [aConnection(ada), aConnection(chi, 'guest')]
      await watching(member, bola)
      await watching(guest, bola)
      sights.hear(change)
      expect([sights.isCertain(member, bola), sights.isCertain(guest, bola)]).toEqual([true, false])
      sights.stop()
    }
  })

  it('is all in doubt after an event that cannot be read', async () => {
    const { sights, aConnection, watching } = theSights()
    const connection = aConnection(ada)
    await watching(connection, bola)
    sights.hear({ ...left(chi), payload: 'no JSON' })
    expect(sights.isCertain(connection, bola)).toBe(false)
    sights.stop()
  })
})
