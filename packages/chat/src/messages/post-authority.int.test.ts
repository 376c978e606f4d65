import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DomainError, type ChannelId, type UserId } from '@afrochat/kernel'
import { getWritableChannel } from '@afrochat/workspace'
import { actorOf, aPostFixture, type PostFixture } from './post-fixture.ts'

let fixture: PostFixture
beforeAll(async () => {
  fixture = await aPostFixture()
})
afterAll(() => fixture.close())

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

/** Both, which must be one: what posting says and what the permissions say. */
async function judge(userId: UserId, channelId: ChannelId): Promise<string> {
  const { verdict } = await fixture.queue.post(fixture.aDraft(userId, channelId))
  expect(verdict).toBe(await byPermissions(userId, channelId))
  return verdict
}

const cases = (['owner', 'admin', 'member', 'guest', null] as const).flatMap((role) =>
  (['public', 'private'] as const).flatMap((kind) =>
    (['manager', 'member', null] as const).flatMap((channelRole) =>
      (['everyone', 'managers'] as const).flatMap((posting) =>
        [false, true].map((archived) => ({ role, kind, channelRole, posting, archived }))))))

describe('who may post is decided by the database as by the permissions', () => {
  it.each(cases)('role $role, $kind, in it as $channelRole, posting $posting, archived $archived', async ({ role, channelRole, ...facts }) => {
    const user = await fixture.aUser(role)
    const channel = await fixture.aChannel({ members: channelRole === null ? [] : [user], managers: channelRole === 'manager' ? [user] : [], ...facts })
    await judge(user, channel)
  })

  it('in a read-only channel managers and admins post; to others it says that it is one, also where it is archived', async () => {
    const [owner, admin, manager, member, guest] = await Promise.all((['owner', 'admin', 'member', 'member', 'guest'] as const).map((role) => fixture.aUser(role)))
    const everybody = [owner, admin, manager, member, guest].filter((id) => id !== undefined)
    const facts = { members: everybody, managers: everybody.slice(2, 3), posting: 'managers' } as const
    const [open, archived] = [await fixture.aChannel(facts), await fixture.aChannel({ ...facts, archived: true })]
    const verdicts = async (channel: ChannelId) => Promise.all(everybody.map((user) => judge(user, channel)))
    expect(await verdicts(open)).toEqual(['posted', 'posted', 'posted', 'channel_read_only', 'channel_read_only'])
    expect(await verdicts(archived)).toEqual(['channel_archived', 'channel_archived', 'channel_archived', 'channel_read_only', 'channel_read_only'])
  })

  it.each(['public', 'private', 'dm'] as const)('a %s channel that was deleted is as if it had never been, for its members too', async (kind) => {
    const [ada, bola] = [await fixture.aUser(), await fixture.aUser('admin')]
    expect(await judge(ada, await fixture.aChannel({ members: [ada, bola], kind, deleted: true }))).toBe('channel_not_found')
  })

  it('in a workspace that was deleted there is nothing', async () => {
    const ada = await fixture.aUser()
    const channel = await fixture.aChannel({ members: [ada] })
    const setDeleted = (deleted_at: Date | null) => fixture.db.updateTable('workspaces').set({ deleted_at }).where('id', '=', fixture.workspaceId).execute()
    await setDeleted(new Date())
    expect(await judge(ada, channel)).toBe('channel_not_found')
    await setDeleted(null)
    expect(await judge(ada, channel)).toBe('posted')
  })
})

describe('a direct message', () => {
  it.each(['owner', 'member', 'guest'] as const)('is for its people alone, and not for others: role %s', async (role) => {
    const [ada, bola, other] = [await fixture.aUser(role), await fixture.aUser(), await fixture.aUser('owner')]
    const dm = await fixture.aChannel({ members: [ada, bola], kind: 'dm' })
    expect([await judge(ada, dm), await judge(bola, dm), await judge(other, dm)]).toEqual(['posted', 'posted', 'channel_not_found'])
  })

  it('to oneself goes', async () => {
    const ada = await fixture.aUser()
    expect(await judge(ada, await fixture.aChannel({ members: [ada], kind: 'dm' }))).toBe('posted')
  })

  it.each([
    ['was deactivated in the workspace', (id: UserId) => fixture.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', id).execute()],
    ['closed their account', (id: UserId) => fixture.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', id).execute()],
  ])('to somebody who %s is refused, in this conversation and not in one of three', async (_name, end) => {
    const [ada, bola, chi] = [await fixture.aUser(), await fixture.aUser(), await fixture.aUser()]
    const [dm, group] = [await fixture.aChannel({ members: [ada, bola], kind: 'dm' }), await fixture.aChannel({ members: [ada, bola, chi], kind: 'group_dm' })]
    expect(await judge(ada, dm)).toBe('posted')
    await end(bola)
    expect([await judge(ada, dm), await judge(ada, group)]).toEqual(['recipient_deactivated', 'posted'])
  })
})
