import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId, type UserId } from '@afrochat/kernel'
import { aPostFixture, type PostFixture } from '../messages/post-fixture.ts'
import { resolveMentions } from './resolve-mentions.ts'

let fixture: PostFixture
let ada: UserId
let kofi: UserId
let stranger: UserId

beforeAll(async () => {
  fixture = await aPostFixture()
  ada = await named('ada', await fixture.aUser())
  kofi = await named('kofi.b', await fixture.aUser())
  stranger = await named('stranger', await fixture.aUser(null))
})
afterAll(() => fixture.close())

async function named(username: string, id: UserId): Promise<UserId> {
  await fixture.db.updateTable('users').set({ username }).where('id', '=', id).execute()
  return id
}

const resolve = (content: string) => resolveMentions(fixture.db, fixture.workspaceId, content)

describe('mentions', () => {
  it('are kept by id, so that a rename neither breaks nor re-targets them', async () => {
    expect(await resolve('hi @Ada, and @kofi.b')).toEqual({
      content: `hi <@${ada}>, and <@${kofi}>`,
      mentions: { user_ids: [ada, kofi], group_ids: [], channel: null },
    })
  })

  it('end where the sentence does', async () => {
    expect((await resolve('ask @kofi.b. Or @ada...')).content).toBe(`ask <@${kofi}>. Or <@${ada}>...`)
  })

  it('are never made inside code', async () => {
    const text = '`@ada` and\n```\n@kofi.b @here\n```'
    expect(await resolve(text)).toEqual({ content: text, mentions: { user_ids: [], group_ids: [], channel: null } })
  })

  it('are taken as clients may send them', async () => {
    expect(await resolve(`<@${ada}> <!here> <@${ada}>`)).toEqual({
      content: `<@${ada}> <!here> <@${ada}>`, mentions: { user_ids: [ada], group_ids: [], channel: 'here' },
    })
  })

  it('address the whole channel by the widest of the words used', async () => {
    expect((await resolve('@here @everyone @channel')).mentions.channel).toBe('everyone')
    expect((await resolve('@here')).content).toBe('<!here>')
  })

  it.each(['mail ada@ada.example', 'path/@ada', 'x@ada', '@nobody', '@'])('are not made of %j', async (text) => {
    expect(await resolve(text)).toEqual({ content: text, mentions: { user_ids: [], group_ids: [], channel: null } })
  })

  it('name nobody outside the workspace, by name or by id', async () => {
    const text = `@stranger <@${stranger}> <@${newId<UserId>()}>`
    expect(await resolve(text)).toEqual({ content: text, mentions: { user_ids: [], group_ids: [], channel: null } })
  })

  it('are refused by the hundreds', async () => {
    await expect(resolve(Array.from({ length: 300 }, (_, index) => `@user${index}`).join(' '))).rejects.toMatchObject({ code: 'too_many_mentions' })
  })
})
