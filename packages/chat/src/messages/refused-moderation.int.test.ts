import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser
let room: Channel

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  room = await world.aChannel({ in: workspace, by: alice, members: [bob, owner] })
})
afterAll(() => world.close())

const logged = async (action: string) => (await world.workspace.listAuditLog(owner, { workspace_id: workspace.id, action })).items

describe('the audit log', () => {
  it('tells who tried to moderate and may not, without a word of the message', async () => {
    const message = await world.aMessage({ in: room, by: alice, content: 'a secret word' })
    await expect(world.chat.deleteMessage(bob, message.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await expect(world.chat.lockThread(bob, message.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    expect((await logged('permission_denied')).map(({ actor_id, details }) => [actor_id, details])).toEqual([
      [bob.userId, { attempted: 'thread.lock', code: 'not_allowed' }], [bob.userId, { attempted: 'message.delete', code: 'not_allowed' }],
    ])
  })

  it('tells who deleted somebody else\'s message, and where; one\'s own is nobody\'s business', async () => {
    const [mine, theirs] = [await world.aMessage({ in: room, by: owner, content: 'my own words' }), await world.aMessage({ in: room, by: bob, content: 'a secret word' })]
    await world.chat.deleteMessage(owner, mine.id)
    await world.chat.deleteMessage(owner, theirs.id)
    const entries = await logged('message_deleted')
    expect(entries).toMatchObject([{ actor_id: owner.userId, target_id: theirs.id, details: { channel_id: room.id, author_id: bob.userId } }])
    expect(JSON.stringify(await world.db.selectFrom('workspace_audit').selectAll().execute())).not.toMatch(/secret|words/)
  })
})
