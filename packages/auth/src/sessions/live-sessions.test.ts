import { describe, expect, it } from '@jest/globals'
import { newId, type SessionId } from '@afrochat/kernel'
import { createLiveSessions } from './live-sessions.ts'

/** A table whose reads are answered when the test says so. */
function aTable() {
  const reads: { id: SessionId; answer: (end: Date | undefined) => void; fail: (error: Error) => void }[] = []
  let fresh = true
  const sessions = createLiveSessions({
    readEnd: (id) => new Promise((resolve, reject) => reads.push({ id, answer: resolve, fail: reject })),
    log: { isFresh: () => fresh },
  })
  return { sessions, reads, lag: () => void (fresh = false), catchUp: () => void (fresh = true) }
}

const turn = () => new Promise(setImmediate)
const inAnHour = () => new Date(Date.now() + 3_600_000)

describe('the sessions known to live', () => {
  const id = newId<SessionId>()

  it('are read once, and then known without a promise', async () => {
    const { sessions, reads } = aTable()
    const both = Promise.all([sessions.isLive(id), sessions.isLive(id)])
    await turn()
    expect(reads).toHaveLength(1)
    reads[0]?.answer(inAnHour())
    expect(await both).toEqual([true, true])
    expect(sessions.isLive(id)).toBe(true)
  })

  it('do not hold dead ones: each question about them is read', async () => {
    const { sessions, reads } = aTable()
    for (const count of [1, 2]) {
      const answer = sessions.isLive(id)
      await turn()
      expect(reads).toHaveLength(count)
      reads.at(-1)?.answer(undefined)
      expect(await answer).toBe(false)
    }
  })

  it('forget one that was revoked', async () => {
    const { sessions, reads } = await known()
    sessions.forget([id])
    const answer = sessions.isLive(id)
    await turn()
    reads.at(-1)?.answer(undefined)
    expect(await answer).toBe(false)
  })

  it('do not believe a read that was under way when the session was revoked', async () => {
    const { sessions, reads } = aTable()
    const answer = sessions.isLive(id)
    await turn()
    sessions.forget([id])
    // What the read saw was true when it looked.
    reads[0]?.answer(inAnHour())
    await turn()
    expect(reads).toHaveLength(2)
    reads[1]?.answer(undefined)
    expect(await answer).toBe(false)
    expect(sessions.isLive(id)).not.toBe(true)
  })

  it('do not remember the second answer of such a read either, when a revocation came again', async () => {
    const { sessions, reads } = aTable()
    const first = sessions.isLive(id)
    await turn()
    sessions.forget([id])
    const second = sessions.isLive(id)
    await turn()
    expect(reads).toHaveLength(2)
    reads[0]?.answer(inAnHour())
    reads[1]?.answer(undefined)
    await turn()
    reads[2]?.answer(undefined)
    expect(await Promise.all([first, second])).toEqual([false, false])
  })

  it('are not trusted while the log lags, and are again when it has caught up', async () => {
    const { sessions, reads, lag, catchUp } = await known()
    lag()
    const answer = sessions.isLive(id)
    expect(answer).toBeInstanceOf(Promise)
    reads.at(-1)?.answer(undefined)
    expect(await answer).toBe(false)
    catchUp()
    // Its revocation would have been heard before the log is fresh again.
    expect(sessions.isLive(id)).toBe(true)
  })

  it('forget everything when the log begins anew', async () => {
    const { sessions } = await known()
    sessions.forgetAll()
    expect(sessions.isLive(id)).toBeInstanceOf(Promise)
  })

  it('read a session again at the end that was read: it may have been used since', async () => {
    const { sessions, reads } = await known(new Date(Date.now() - 1))
    const answer = sessions.isLive(id)
    await turn()
    reads.at(-1)?.answer(inAnHour())
    expect(await answer).toBe(true)
  })

  it('are dead at their end when nobody used them', async () => {
    const { sessions, reads } = await known(new Date(Date.now() - 1))
    const answer = sessions.isLive(id)
    await turn()
    reads.at(-1)?.answer(undefined)
    expect(await answer).toBe(false)
  })

  it('do not remember a failed read', async () => {
    const { sessions, reads } = aTable()
    const failed = sessions.isLive(id)
    await turn()
    reads[0]?.fail(new Error('away'))
    await expect(failed).rejects.toThrow('away')
    const answer = sessions.isLive(id)
    await turn()
    reads[1]?.answer(inAnHour())
    expect(await answer).toBe(true)
  })

  async function known(end = inAnHour()) {
    const table = aTable()
    const answer = table.sessions.isLive(id)
    await turn()
    table.reads[0]?.answer(end)
    await answer
    return table
  }
})
