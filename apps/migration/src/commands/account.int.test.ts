import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'
import { runCommand } from '../testing/command.ts'

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser({ username: 'owner' })
})
afterAll(() => world.close())

const account = (what: string, username: string) => runCommand(world.databaseUrl, ['account', what, username])
const statusOf = ({ userId }: TestUser) => world.db.selectFrom('users').select('status').where('id', '=', userId).executeTakeFirst()

describe('the command account', () => {
  it('ends an account with its sessions and its places, and lets it sign in again', async () => {
    const acme = await world.aWorkspace({ owner })
    const ada = await world.aMember({ of: acme })
    expect(await account('deactivate', ada.username.toUpperCase())).toMatchObject({ code: 0, stdout: expect.stringContaining(`${ada.username} is deactivated: signed out everywhere`) })
    expect(await statusOf(ada)).toEqual({ status: 'deactivated' })
    const live = await world.db.selectFrom('sessions').select('id').where('user_id', '=', ada.userId).where('revoked_at', 'is', null).execute()
    const places = await world.db.selectFrom('workspace_members').select('user_id').where('user_id', '=', ada.userId).where('deactivated_at', 'is', null).execute()
    expect([live, places]).toEqual([[], []])
    // The log has it: a keeper brings it to the gateways.
    const stored = await world.db.selectFrom('events').select('type').where('stream_key', '=', `u:${ada.userId}`).execute()
    expect(stored).toEqual([{ type: 'sessions_revoked' }])

    expect((await account('deactivate', ada.username)).stdout).toContain('deactivated already')
    expect((await account('reactivate', ada.username)).stdout).toContain('can sign in again')
    expect((await account('reactivate', ada.username)).stdout).toContain('active already')
    expect(await statusOf(ada)).toEqual({ status: 'active' })
  })

  it('says why not: the last owner of a workspace, and an account that is not there', async () => {
    expect(await account('deactivate', 'owner')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('last owner') })
    expect(await statusOf(owner)).toEqual({ status: 'active' })
    expect(await account('deactivate', 'nobody-here')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no account nobody-here.') })
  })
})
