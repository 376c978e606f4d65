import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'kysely'
import type { Channel, Workspace } from '@afrochat/contracts'
import { lockHeads, nextSeq, type Tx } from '@afrochat/database'
import { createWorld, waitFor, type TestUser, type World } from '@afrochat/test-support'

/*
 * An act that meets a change of authority half-way: the change has written and not committed yet when the act begins.
 * The act waits for it and is judged by what is true afterwards, not by what it could see when it began.
 */
let world: World
let workspace: Workspace
let owner: TestUser, alice: TestUser

beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: workspace })
})
afterAll(() => world.close())

/** Makes the change, starts the act, sees it wait, and lets the change come true. */
async function during<T>(change: (tx: Tx) => Promise<unknown>, act: () => Promise<T>): Promise<T> {
  let acting: Promise<T> | undefined
  await world.transact(owner, async ({ tx }) => {
    await change(tx)
    // Outside of this transaction's context, which would take the act for a part of itself.
    acting = new Promise((resolve, reject) => void startOutside(() => act().then(resolve, reject)))
    void acting.catch(() => undefined)
    await waitFor(async () => (await waitingBackends()) > 0, { message: 'the act waits for the change' })
  })
  if (acting === undefined) throw new Error('The act was not started')
  return acting
}

const startOutside = AsyncLocalStorage.snapshot()

const waitingBackends = async () => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(world.db)
  return rows[0]?.n ?? 0
}

const deactivate = ({ userId }: TestUser) => (tx: Tx) =>
  tx.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('workspace_id', '=', workspace.id).where('user_id', '=', userId).execute()

/** Ends a membership as `leaveChannel` does, without its rules. */
const end = ({ id }: Channel, { userId }: TestUser) => async (tx: Tx) => {
  await lockHeads(tx, [id])
  await tx.updateTable('channel_members').set({ to_seq: await nextSeq(tx, id) }).where('channel_id', '=', id).where('user_id', '=', userId).execute()
}

describe('somebody who is deactivated meanwhile', () => {
  it('does not join a channel', async () => {
    const [bob, room] = [await world.aMember({ of: workspace }), await world.aChannel({ in: workspace, by: alice })]
    await expect(during(deactivate(bob), () => world.workspace.joinChannel(bob, room.id))).rejects.toMatchObject({ code: 'channel_not_found' })
  })

  it('is not added to a channel', async () => {
    const [bob, room] = [await world.aMember({ of: workspace }), await world.aChannel({ in: workspace, by: alice })]
    const add = () => world.workspace.addChannelMembers(alice, { channel_id: room.id, user_ids: [bob.userId] })
    await expect(during(deactivate(bob), add)).rejects.toMatchObject({ code: 'user_not_found' })
  })

  it('makes no channel, no invite, changes, archives and deletes none, removes nobody and opens no conversation', async () => {
    const room = await world.aChannel({ in: workspace, by: alice, members: [owner] })
    const acts: ((user: TestUser) => Promise<unknown>)[] = [
      (user) => world.workspace.createChannel(user, { workspace_id: workspace.id, name: 'too-late', kind: 'public' }),
      (user) => world.workspace.createInvite(user, { workspace_id: workspace.id }),
      (user) => world.workspace.removeChannelMember(user, { channel_id: room.id, user_id: owner.userId }),
      (user) => world.workspace.updateChannel(user, { channel_id: room.id, kind: 'private' }),
      (user) => world.workspace.archiveChannel(user, room.id),
      (user) => world.workspace.deleteChannel(user, room.id),
      (user) => world.workspace.setMemberRole(user, { channel_id: room.id, user_id: owner.userId, role: 'manager' }),
      (user) => world.workspace.openDm(user, { workspace_id: workspace.id, user_ids: [owner.userId] }),
    ]
    for (const act of acts) {
      const admin = await world.aMember({ of: workspace, role: 'admin' })
      await expect(during(deactivate(admin), () => act(admin))).rejects.toMatchObject({ kind: 'not_found' })
    }
  })
})

describe('somebody who stops being a manager meanwhile', () => {
  it('does not archive the channel any more, nor let a guest in', async () => {
    const bob = await world.aMember({ of: workspace })
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [await world.generalOf(workspace, owner)] })
    const acts: readonly ((id: Channel['id']) => Promise<unknown>)[] = [
      (id) => world.workspace.archiveChannel(bob, id),
      (id) => world.workspace.addChannelMembers(bob, { channel_id: id, user_ids: [guest.userId] }),
    ]
    for (const act of acts) {
      const room = await world.aChannel({ in: workspace, by: bob })
      const demote = async (tx: Tx) => {
        await lockHeads(tx, [room.id])
        await tx.updateTable('channel_members').set({ role: 'member' }).where('channel_id', '=', room.id).execute()
      }
      await expect(during(demote, () => act(room.id))).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    }
  })
})

describe('somebody who would be added to a direct message', () => {
  it('and is deactivated meanwhile, is not', async () => {
    const bob = await world.aMember({ of: workspace })
    const open = () => world.workspace.openDm(alice, { workspace_id: workspace.id, user_ids: [bob.userId] })
    await expect(during(deactivate(bob), open)).rejects.toMatchObject({ code: 'recipient_deactivated' })
  })
})

describe('an invite whose maker leaves a private channel meanwhile', () => {
  it('does not lead into the channel', async () => {
    const room = await world.aChannel({ in: workspace, by: alice, private: true, members: [owner] })
    const { token } = await world.workspace.createInvite(alice, { workspace_id: workspace.id, channel_ids: [room.id] })
    const newcomer = await world.aUser()
    await during(end(room, alice), () => world.workspace.acceptInvite(newcomer, token))
    expect((await world.workspace.boot(newcomer, workspace.id)).channels.map(({ name }) => name)).toEqual(['general'])
  })
})
