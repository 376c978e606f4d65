import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { Compile } from 'typebox/compile'
import { serverFrameCatalogue, WatchedPresence, type Channel, type Workspace } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { waitFor } from '@afrochat/test-support'
import { sees, toldOf, watch } from '../testing/presence-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from '../testing/test-gateway.ts'

const [isChange, isAnswer] = [Compile(serverFrameCatalogue.presence_changed), Compile(WatchedPresence)]
let world: TestGateways
let alice: Person, bob: Person, chi: Person
let workspace: Workspace
let general: Channel
beforeAll(async () => {
  world = await startTestGateways({ PRESENCE_GRACE_SECONDS: '1', PRESENCE_LEASE_SECONDS: '5' }, 2)
  ;[alice, bob, chi] = [await world.signUp(), await world.signUp(), await world.signUp()]
  ;({ workspace, general } = await world.aWorkspace(alice, [bob, chi]))
})
afterAll(() => world.close())
afterEach(async () => {
  world.disconnectAll()
  await waitFor(() => world.gateways.every(({ gateway }) => gateway.presence.people === 0 && gateway.presence.watched === 0))
})

async function here(person: Person, gateway = 0): Promise<TestClient> {
  const client = world.connect(person, { gateway })
  await client.hello()
  await client.command('ping')
  return client
}

async function aMember(): Promise<Person> {
  const person = await world.signUp()
  const invite = await world.services.workspace.createInvite(alice.actor, { workspace_id: workspace.id })
  await world.services.workspace.acceptInvite(person.actor, invite.token)
  return person
}

/** Watches, until it is certain that the other is not here. */
async function watchesFrom(watcher: TestClient, person: Person, presence = 'offline'): Promise<void> {
  await watch(watcher, person)
  await sees(watcher, person, presence)
}

describe('presence', () => {
  it('is that of all devices on all gateways together, told to who watches', async () => {
    const watcher = await here(alice)
    await watchesFrom(watcher, bob)
    const laptop = await here(bob, 1)
    await sees(watcher, bob, 'active')
    await laptop.command('presence', { presence: 'away' })
    await sees(watcher, bob, 'away')
    const phone = await here(bob)
    await sees(watcher, bob, 'active')
    phone.socket.close()
    await sees(watcher, bob, 'away')
    await laptop.command('typing', { channel_id: general.id })
    await sees(watcher, bob, 'active')
    laptop.socket.terminate()
    await sees(watcher, bob, 'offline')
    expect(toldOf(watcher, bob).slice(-6)).toEqual(['active', 'away', 'active', 'away', 'active', 'offline'])
    const changes = watcher.frames.filter(({ type }) => type === 'presence_changed')
    expect(changes.filter((frame) => 'cursor' in frame || 'seq' in frame || !isChange.Check(frame.data))).toEqual([])
    expect(watcher.frames.filter(({ type, data }) => type === 'ack' && 'presences' in data && !isAnswer.Check(data))).toEqual([])
  })

  it('is in the answer to who begins to watch, theirs too; and nobody else is told', async () => {
    const [watcher, other] = [await here(alice), await here(chi, 1)]
    await waitFor(async () => JSON.stringify(await watch(watcher, alice, chi)) === JSON.stringify([{ user_id: alice.user.id, presence: 'active' }, { user_id: chi.user.id, presence: 'active' }]))
    await watchesFrom(watcher, bob)
    const bobs = await here(bob)
    await sees(watcher, bob, 'active')
    // Whom it watched before it does so no longer.
    await other.command('presence', { presence: 'away' })
    await bobs.command('presence', { presence: 'away' })
    await sees(watcher, bob, 'away')
    expect([toldOf(watcher, chi).at(-1), other.frames.some(({ type }) => type === 'presence_changed')]).toEqual(['active', false])
  })

  it('of who comes back at once, here or elsewhere, does not change: nobody is told anything', async () => {
    // For as long as it takes on any machine to come back.
    const patient = [await world.add({ PRESENCE_GRACE_SECONDS: '300' }), await world.add({ PRESENCE_GRACE_SECONDS: '300' })]
    const [one = 0, other = 0] = patient.map((gateway) => world.gateways.indexOf(gateway))
    const [dan, eve] = [await aMember(), await aMember()]
    const watcher = await here(alice)
    const eves = [await here(eve, one), await here(eve, other)]
    let dans = await here(dan, one)
    await watch(watcher, dan, eve)
    for (const person of [dan, eve]) await sees(watcher, person, 'active')
    const told = toldOf(watcher, dan).length
    for (const gateway of [other, one, one, other]) {
      dans.socket.terminate()
      dans = await here(dan, gateway)
    }
    // Once both gateways have told of her, what they had to tell of him before has come as well.
    for (const device of eves) await device.command('presence', { presence: 'away' })
    await sees(watcher, eve, 'away')
    expect(toldOf(watcher, dan).slice(told)).toEqual([])
    for (const gateway of patient) await world.stop(gateway)
  })

  it('of a device that comes back with nobody at it does not become active for a moment', async () => {
    const watcher = await here(alice)
    let tookMs = Infinity
    // It has a second to say so: again, where the machine stood still for that second.
    while (tookMs > 900) {
      await watchesFrom(watcher, bob)
      const told = toldOf(watcher, bob).length
      const bobs = world.connect(bob)
      await bobs.hello()
      await bobs.command('presence', { presence: 'away' })
      tookMs = performance.now() - (bobs.times[0] ?? 0)
      await sees(watcher, bob, 'away')
      if (tookMs <= 900) expect(toldOf(watcher, bob).slice(told)).toEqual(['away'])
      bobs.socket.terminate()
    }
  })

  it('is away by itself where nothing is done for a while, and active again when something is', async () => {
    const restless = await world.add({ PRESENCE_AWAY_SECONDS: '2' })
    const watcher = await here(alice)
    await watchesFrom(watcher, bob)
    const bobs = await here(bob, 2)
    await bobs.command('presence', { presence: 'active' })
    await sees(watcher, bob, 'away')
    // What comes from the client alone is no deed.
    for (const [type, data] of [['ping', {}], ['mark_read', { channel_id: general.id, seq: 1 }], ['watch_presence', { user_ids: [] }]] as const) await bobs.command(type, data)
    await bobs.command('send_message', { channel_id: general.id, content: 'back' })
    await sees(watcher, bob, 'active')
    await world.stop(restless)
  })

  it('is away by choice, whatever the devices say, for those that connect later too; and the own devices learn of the choice', async () => {
    const watcher = await here(alice)
    const bobs = await here(bob, 1)
    await watchesFrom(watcher, bob, 'active')
    await world.services.auth.setPresence(bob.actor, { presence: 'away' })
    await sees(watcher, bob, 'away')
    await bobs.receives('preferences_updated', ({ data }) => (data['user'] as { presence: string }).presence === 'away')
    const phone = await here(bob)
    await phone.command('presence', { presence: 'active' })
    bobs.socket.terminate()
    await phone.command('send_message', { channel_id: general.id, content: 'I am not here' })
    await world.services.auth.setPresence(bob.actor, { presence: 'auto' })
    await sees(watcher, bob, 'active')
    expect(toldOf(watcher, bob).slice(-3)).toEqual(['active', 'away', 'active'])
    expect(watcher.frames.some(({ type }) => type === 'preferences_updated')).toBe(false)
  })

  it('of those on a gateway that is gone ends with its lease', async () => {
    const doomed = await world.add()
    const watcher = await here(alice)
    await here(bob, 2)
    await watchesFrom(watcher, bob, 'active')
    await world.stop(doomed)
    await sees(watcher, bob, 'offline')
  })

  it('decides whom @here calls: who is active now, not who is away', async () => {
    const [speaker, bobs] = [await here(alice), await here(bob, 1)]
    await here(chi)
    await bobs.command('presence', { presence: 'away' })
    const active = () => world.services.presenceBoard.activeAmong([alice.user.id, bob.user.id, chi.user.id])
    await waitFor(async () => (await active()).size === 2 && !(await active()).has(bob.user.id))
    const { data } = await speaker.command('send_message', { channel_id: general.id, content: '@here' })
    // The ack of `send_message` holds the message.
    const rows = await world.services.db.selectFrom('message_mentions').select('user_id').where('message_id', '=', data['id'] as never).execute()
    expect(rows.map(({ user_id }) => user_id)).toEqual([chi.user.id])
  })
})

describe('who may know', () => {
  it('nobody learns anything of a stranger, and what they are answered is what is answered about nobody', async () => {
    const stranger = await world.signUp()
    await world.aWorkspace(stranger)
    const [watcher, strangers] = [await here(alice), await here(stranger, 1)]
    expect([await watch(watcher, stranger), (await watcher.command('watch_presence', { user_ids: [newId(), newId()] })).data]).toEqual([[], { presences: [] }])
    await watch(watcher, stranger, bob)
    await strangers.command('presence', { presence: 'away' })
    await here(bob)
    await sees(watcher, bob, 'active')
    expect(toldOf(watcher, stranger)).toEqual([])
  })

  it('at most five hundred people are watched on a connection', async () => {
    const watcher = await here(alice)
    const answers = []
    for (const count of [500, 501]) answers.push(await watcher.command('watch_presence', { user_ids: Array.from({ length: count }, () => newId()) }))
    expect(answers).toMatchObject([{ type: 'ack' }, { type: 'error', data: { code: 'invalid_frame' } }])
  })

  const aGuest = async (...channels: Channel[]) => {
    const guest = await world.signUp()
    const invite = await world.services.workspace.createInvite(alice.actor, { workspace_id: workspace.id, role: 'guest', channel_ids: channels.map(({ id }) => id) })
    await world.services.workspace.acceptInvite(guest.actor, invite.token)
    return guest
  }

  interface Ending {
    readonly how: string
    /** Those who watch and are watched, before it ends. */
    readonly pair: () => Promise<{ watcher: Person; watched: Person; room?: Channel }>
    readonly end: (pair: { watcher: Person; watched: Person; room: Channel }) => Promise<unknown>
  }
  const pairInRoom = async (watcherIsGuest: boolean) => {
    const room = await world.aChannel(workspace, { by: alice, members: [bob] })
    return { watcher: watcherIsGuest ? await aGuest(room) : await aMember(), watched: bob, room }
  }

  it.each<Ending>([
    {
      how: 'the one who is watched leaves the workspace', pair: async () => ({ watcher: chi, watched: await aMember() }),
      end: ({ watched }) => world.services.workspace.leaveWorkspace(watched.actor, workspace.id),
    },
    {
      how: 'the one who watches leaves the workspace', pair: async () => ({ watcher: await aMember(), watched: bob }),
      end: ({ watcher }) => world.services.workspace.leaveWorkspace(watcher.actor, workspace.id),
    },
    {
      how: 'the one who watches is deactivated', pair: async () => ({ watcher: await aMember(), watched: bob }),
      end: ({ watcher }) => world.services.workspace.deactivateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: watcher.user.id }),
    },
    {
      how: 'a guest is taken out of the only channel that they share', pair: () => pairInRoom(true),
      end: ({ watcher, room }) => world.services.workspace.removeChannelMember(alice.actor, { channel_id: room.id, user_id: watcher.user.id }),
    },
    {
      how: 'the other leaves the only channel that a guest shares with them', pair: () => pairInRoom(true),
      end: ({ watched, room }) => world.services.workspace.leaveChannel(watched.actor, room.id),
    },
    {
      how: 'the only channel that a guest shares with them is deleted', pair: () => pairInRoom(true),
      end: ({ room }) => world.services.workspace.deleteChannel(alice.actor, room.id),
    },
    {
      how: 'a member becomes a guest who shares no channel with them',
      pair: async () => ({ watcher: await aMember(), watched: await aGuest(await world.aChannel(workspace, { by: alice })) }),
      end: ({ watcher }) => world.services.workspace.updateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: watcher.user.id, role: 'guest' }),
    },
  ])('nothing more is told once $how', async ({ pair, end }) => {
    const { watcher, watched, room = general } = await pair()
    // Somebody who may know what the other may not is the witness that there was something to tell.
    const elsewhere = await world.aWorkspace(alice, [watched])
    const [watching, witness] = [await here(watcher), await here(alice)]
    const device = await here(watched, 1)
    for (const client of [watching, witness]) await watchesFrom(client, watched, 'active')
    await device.command('presence', { presence: 'away' })
    for (const client of [watching, witness]) await sees(client, watched, 'away')
    await end({ watcher, watched, room })
    await world.settled()
    const told = toldOf(watching, watched).length
    await device.command('presence', { presence: 'active' })
    await sees(witness, watched, 'active')
    // Anything after that would be told in the same step.
    await watching.command('ping').catch(() => undefined)
    expect(toldOf(watching, watched).slice(told)).toEqual([])
    if (watching.closed === undefined) expect(await watch(watching, watched)).toEqual([])
    expect(elsewhere.workspace.id).not.toBe(workspace.id)
  })

  it('a guest keeps what they have as long as another channel is shared', async () => {
    const rooms = [await world.aChannel(workspace, { by: alice, members: [bob] }), await world.aChannel(workspace, { by: alice, members: [bob] })]
    const guest = await aGuest(...rooms)
    const [watching, device] = [await here(guest), await here(bob, 1)]
    await watchesFrom(watching, bob, 'active')
    await world.services.workspace.leaveChannel(bob.actor, rooms[0]?.id ?? general.id)
    await world.settled()
    await device.command('presence', { presence: 'away' })
    await sees(watching, bob, 'away')
  })
})
