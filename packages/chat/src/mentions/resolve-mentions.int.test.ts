import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Mentions, WorkspaceSettings } from '@afrochat/contracts'
import { newId, type ChannelId, type GroupId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { actorOf, aPostFixture, type PostFixture } from '../messages/post-fixture.ts'
import { resolveMentions, type Saying } from './resolve-mentions.ts'

let fixture: PostFixture
let channel: ChannelId
let ada: UserId, kofi: UserId, stranger: UserId, gone: UserId, away: UserId, guest: UserId
const active = new Set<UserId>()

beforeAll(async () => {
  fixture = await aPostFixture()
  ada = await named('ada', await fixture.aUser())
  kofi = await named('kofi.b', await fixture.aUser())
  stranger = await named('stranger', await fixture.aUser(null))
  gone = await named('gone', await fixture.aUser())
  away = await named('away', await fixture.aUser())
  guest = await named('guest', await fixture.aUser('guest'))
  await fixture.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', gone).execute()
  channel = await fixture.aChannel({ members: [ada, kofi, guest] })
})
afterAll(() => fixture.close())

async function named(username: string, id: UserId): Promise<UserId> {
  await fixture.db.updateTable('users').set({ username }).where('id', '=', id).execute()
  return id
}

async function aGroup(handle: string, members: readonly UserId[], parts: readonly GroupId[] = []): Promise<GroupId> {
  const id = newId<GroupId>()
  await fixture.db.insertInto('user_groups').values({ id, workspace_id: fixture.workspaceId, handle, name: handle, description: null, created_by: ada }).execute()
  for (const user_id of members) await fixture.db.insertInto('user_group_members').values({ group_id: id, user_id }).execute()
  for (const subgroup_id of parts) await fixture.db.insertInto('user_group_subgroups').values({ group_id: id, subgroup_id }).execute()
  return id
}

const presence = { activeAmong: async (ids: readonly UserId[]) => new Set(ids.filter((id) => active.has(id))) }
const resolve = (content: string, rest: { by?: UserId; in?: ChannelId; earlier?: Saying['earlier'] } = {}) =>
  resolveMentions({ db: fixture.db, presence }, {
    actor: actorOf(rest.by ?? ada), workspaceId: fixture.workspaceId, channelId: rest.in ?? channel, content, ...(rest.earlier && { earlier: rest.earlier }),
  })
const mentioning = (mentions: Partial<Mentions>): Mentions => ({ user_ids: [], group_ids: [], channel: null, ...mentions })

describe('mentions of people', () => {
  it('are kept by id, so that a rename neither breaks nor re-targets them', async () => {
    expect(await resolve('hi @Ada, and @kofi.b')).toMatchObject({ content: `hi <@${ada}>, and <@${kofi}>`, mentions: mentioning({ user_ids: [ada, kofi] }) })
  })

  it.each(['@stranger', '@gone', '@nobody'])('are made of nobody outside the workspace or deactivated: %s', async (text) => {
    expect(await resolve(text)).toMatchObject({ content: text, mentions: mentioning({}), notices: [] })
    for (const id of [stranger, gone, newId<UserId>()]) expect((await resolve(`<@${id}>`)).mentions).toEqual(mentioning({}))
  })

  it('tell their author who is not in the channel and does not hear of it; bots need no such offer', async () => {
    const bot = await named('robot', await fixture.aUser())
    await fixture.db.updateTable('users').set({ is_bot: true }).where('id', '=', bot).execute()
    const text = await resolve('@kofi.b @away @robot')
    expect(text.mentions.user_ids).toEqual([kofi, away, bot])
    expect(text.notices).toEqual([{ code: 'mentioned_not_in_channel', user_ids: [away] }])
  })

  it('offer nobody in a direct message, to which nobody is added', async () => {
    for (const members of [[ada, kofi], [ada, kofi, guest]]) {
      const direct = await fixture.aChannel({ members, kind: members.length > 2 ? 'group_dm' : 'dm' })
      expect(await resolve('@away', { in: direct })).toMatchObject({ mentions: mentioning({ user_ids: [away] }), notices: [] })
    }
  })

  it('by a guest are made of those alone with whom they share a channel, this one or another', async () => {
    expect(await resolve('@kofi.b @away', { by: guest })).toMatchObject({ content: `<@${kofi}> @away`, notices: [] })
    await fixture.aChannel({ members: [away, guest] })
    expect((await resolve('@kofi.b @away', { by: guest })).mentions.user_ids).toEqual([kofi, away])
  })
})

describe('mentions of groups', () => {
  it('call their members, those of their subgroups once, however the groups contain each other; no guests', async () => {
    const inner = await aGroup('inner', [kofi, guest, away])
    const outer = await aGroup('outer', [kofi, ada], [inner])
    await fixture.db.insertInto('user_group_subgroups').values({ group_id: inner, subgroup_id: outer }).execute()
    const text = await resolve(`@Outer and <@${kofi}>`)
    expect(text).toMatchObject({ content: `<!group:${outer}> and <@${kofi}>`, mentions: mentioning({ user_ids: [kofi], group_ids: [outer] }), notices: [] })
    expect(text.called.direct.toSorted()).toEqual([ada, kofi, away].toSorted())
    expect((await resolve(`<!group:${inner}>`)).mentions).toEqual(mentioning({ group_ids: [inner] }))
  })

  it('are not made by guests, who know of no groups', async () => {
    const id = await aGroup('hidden', [kofi])
    const text = `@hidden <!group:${id}>`
    expect(await resolve(text, { by: guest })).toMatchObject({ content: text, mentions: mentioning({}), called: { direct: [] } })
  })

  it('of another workspace are not made', async () => {
    const [id, workspaceId] = [newId<GroupId>(), newId<WorkspaceId>()]
    await fixture.db.insertInto('workspaces').values({ id: workspaceId, name: 'Other', slug: 'other', description: null, owner_id: ada }).execute()
    await fixture.db.insertInto('user_groups').values({ id, workspace_id: workspaceId, handle: 'others', name: 'Others', description: null, created_by: ada }).execute()
    expect((await resolve(`@others <!group:${id}>`)).mentions).toEqual(mentioning({}))
  })
})

describe('@here, @channel and @everyone', () => {
  const setting = (settings: Partial<WorkspaceSettings>) => fixture.db.updateTable('workspaces').set({ settings }).where('id', '=', fixture.workspaceId).execute()
  const NOT_ALLOWED = [{ code: 'channel_mention_not_allowed', user_ids: [] }]

  it('call everybody, @here those of the channel who are there now', async () => {
    expect(await resolve('@channel')).toMatchObject({ content: '<!channel>', mentions: mentioning({ channel: 'channel' }), called: { direct: [], here: [] }, notices: [] })
    active.clear()
    for (const id of [kofi, away]) active.add(id)
    expect(await resolve('@here')).toMatchObject({ content: '<!here>', mentions: mentioning({ channel: 'here' }), called: { direct: [], here: [kofi] } })
  })

  it('of a guest stay as they were written and call nobody, which their author is told', async () => {
    expect(await resolve('@here @kofi.b', { by: guest })).toMatchObject({
      content: `@here <@${kofi}>`, mentions: mentioning({ user_ids: [kofi] }), called: { here: [] }, notices: NOT_ALLOWED,
    })
  })

  it('of a member are allowed unless the workspace forbids it; of managers and admins always', async () => {
    await setting({ members_may_mention_channel: false })
    const [manager, admin] = [await fixture.aUser(), await fixture.aUser()]
    const room = await fixture.aChannel({ members: [ada, manager, admin] })
    await fixture.db.updateTable('channel_members').set({ role: 'manager' }).where('channel_id', '=', room).where('user_id', '=', manager).execute()
    await fixture.db.updateTable('workspace_members').set({ role: 'admin' }).where('user_id', '=', admin).execute()
    expect(await resolve('@channel', { in: room })).toMatchObject({ content: '@channel', mentions: mentioning({}), notices: NOT_ALLOWED })
    for (const by of [manager, admin]) expect(await resolve('@channel', { in: room, by })).toMatchObject({ content: '<!channel>', notices: [] })
    await setting({})
    expect(await resolve('@channel', { in: room })).toMatchObject({ content: '<!channel>', notices: [] })
  })

  it('in a channel above the limit are for managers and admins alone', async () => {
    await setting({ channel_mention_max_members: 2 })
    const room = await fixture.aChannel({ members: [ada] })
    const grow = (member_count: number) => fixture.db.updateTable('channels').set({ member_count }).where('id', '=', room).execute()
    await grow(2)
    expect((await resolve('@channel', { in: room })).mentions.channel).toBe('channel')
    await grow(3)
    expect(await resolve('@channel', { in: room })).toMatchObject({ content: '@channel', notices: NOT_ALLOWED })
    await fixture.db.updateTable('channel_members').set({ role: 'manager' }).where('channel_id', '=', room).execute()
    expect((await resolve('@channel', { in: room })).mentions.channel).toBe('channel')
    await setting({ channel_mention_max_members: null })
    await grow(100_000)
    await fixture.db.updateTable('channel_members').set({ role: 'member' }).where('channel_id', '=', room).execute()
    expect((await resolve('@channel', { in: room })).mentions.channel).toBe('channel')
    await setting({})
  })
})

describe('an edit', () => {
  it('keeps what the message mentions, also who could not be mentioned any more', async () => {
    const earlier = { mentions: mentioning({ user_ids: [gone], channel: 'channel' }), mayAdd: false }
    expect((await resolve(`<@${gone}> <!channel>`, { by: guest, earlier })).mentions).toEqual(mentioning({ user_ids: [gone], channel: 'channel' }))
  })

  it('calls all who were not called only while it may add, and says nothing of it', async () => {
    const at = (mayAdd: boolean) => ({ mentions: mentioning({}), mayAdd })
    expect(await resolve('@here @away', { earlier: at(true) })).toMatchObject({ content: `<!here> <@${away}>`, notices: [] })
    expect(await resolve('@here @away', { earlier: at(false) })).toMatchObject({ content: `@here <@${away}>`, mentions: { channel: null } })
  })
})
