import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DomainError, type ChannelId, type UserId } from '@afrochat/kernel'
import { getWritableChannel } from '@afrochat/workspace'
import { actorOf, aPostFixture, type PostFixture } from './post-fixture.ts'

let fixture: PostFixture
beforeAll(async () => {
  fixture = await aPostFixture()
})
afterAll(() => fixture.close())

const cases = (['member', 'guest', null] as const).flatMap((role) =>
  (['public', 'private'] as const).flatMap((kind) =>
    [true, false].flatMap((isMember) => [false, true].map((archived) => ({ role, kind, isMember, archived })))))

/** What the permissions say, as they say it to every other write. */
async function byPermissions(userId: UserId, channelId: ChannelId): Promise<string> {
  try {
    await fixture.transact(actorOf(userId), async ({ tx }) => getWritableChannel(tx, actorOf(userId), channelId))
    return 'posted'
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

describe('who may post', () => {
  it.each(cases)('is decided by the database as by the permissions: role $role, $kind, in it $isMember, archived $archived', async ({ role, kind, isMember, archived }) => {
    const user = await fixture.aUser(role)
    const channel = await fixture.aChannel({ members: isMember ? [user] : [], kind, archived })
    const { verdict } = await fixture.queue.post(fixture.aDraft(user, channel))
    expect(verdict).toBe(await byPermissions(user, channel))
  })
})
