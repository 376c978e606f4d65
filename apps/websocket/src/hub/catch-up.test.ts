import { describe, expect, it } from '@jest/globals'
import { channelIdOf, LogModel, userIdOf } from '../testing/log-model.ts'
import { Rig, type RigConnection, type Waits } from '../testing/rig.ts'

/** What is awaited comes when the test lets it. */
class ByHand implements Waits {
  readonly waiting: { label: string; resolve: () => void }[] = []

  async schedule<T>(answer: Promise<T>, label = ''): Promise<T> {
    await new Promise<void>((resolve) => this.waiting.push({ label, resolve }))
    return answer
  }
}

const someone = userIdOf(1)
const channel = channelIdOf(2)
/** The public one. */
const open = channelIdOf(0)

function aRig({ ringEvents = 100, partEvents = 100 } = {}) {
  const waits = new ByHand()
  const log = new LogModel()
  const rig = new Rig({ log, scheduler: waits, ringEvents, limits: { maxEvents: 1_000, maxBytes: 1e9, partEvents, partBytes: 1e9 } })
  /** Lets everything go on, except what waits for this. */
  const settle = async (except?: string) => {
    for (let quiet = 0; quiet < 3;) {
      await new Promise(setImmediate)
      const next = waits.waiting.findIndex(({ label }) => label !== except)
      const moved = rig.turn() || next !== -1
      if (next !== -1) waits.waiting.splice(next, 1)[0]?.resolve()
      quiet = moved ? 0 : quiet + 1
    }
  }
  /** The reader brings everything, and all of it is delivered. */
  const deliver = () => {
    rig.receive(Infinity)
    while (rig.turn());
  }
  return { rig, log, waits, settle, deliver }
}

const received = ({ seen }: RigConnection) => seen.flatMap((one) => (one.kind === 'frame' ? [one.frame] : []))
const contents = (connection: RigConnection) => received(connection).map(({ type, data }) => data.content ?? type)

describe('a resume in parts', () => {
  it('shows no words that were taken back while the parts before were on their way', async () => {
    // Most of it comes from the database, as copies of this resume's own.
    const { rig, log, settle, deliver } = aRig({ partEvents: 2, ringEvents: 2 })
    log.join(someone, channel)
    for (let count = 0; count < 4; count += 1) log.send(channel)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle('drained')
    expect(contents(connection)).toEqual(['member_joined', 'words 1'])
    // The third message, which waits for the next part.
    log.edit(2)
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['member_joined', 'words 1', 'words 2', '', 'words 4', 'words 5', 'resumed'])
  })

  it('goes on with what the user may read of a public channel that they leave meanwhile', async () => {
    const { rig, log, settle, deliver } = aRig({ partEvents: 2 })
    log.join(someone, open)
    for (let count = 0; count < 4; count += 1) log.send(open)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle('drained')
    log.leave(someone, open)
    log.send(open)
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['member_joined', 'words 1', 'words 2', 'words 3', 'words 4', 'member_left', 'resumed'])
  })

  it.each(['becomes private', 'is deleted'])('stops with what was said in a public channel that they have left when it %s meanwhile', async (end) => {
    const { rig, log, settle, deliver } = aRig({ partEvents: 2 })
    log.join(someone, open)
    for (let count = 0; count < 4; count += 1) log.send(open)
    log.leave(someone, open)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle('drained')
    if (end === 'becomes private') log.convert(open)
    else log.deleteChannel(open)
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['member_joined', 'words 1', 'member_left', 'channel_deleted', 'resumed'])
  })

  it('says no more what a channel was that ends meanwhile, after the word of it to those who are not in it', async () => {
    const { rig, log, settle, deliver } = aRig({ partEvents: 2 })
    log.join(someone, channel)
    log.send(channel)
    log.channelCreated(open)
    log.join(someone, open)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    log.deleteChannel(open)
    // The word to the others, and not yet that to its members.
    rig.receive(1)
    while (rig.turn());
    rig.resume(connection, 0)
    await settle('drained')
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['member_joined', 'words 1', 'channel_deleted', 'resumed'])
  })

  it('tells of the end of a channel also when the workspace has ended since', async () => {
    const { rig, log, settle, deliver } = aRig()
    log.join(someone, channel)
    log.deleteChannel(channel)
    log.deleteWorkspace(3)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 1)
    await settle()
    expect(contents(connection)).toEqual(['channel_deleted', 'workspace_deleted', 'resumed'])
  })

  it('shows who became a guest meanwhile their new role, and of the workspace only what guests get', async () => {
    const { rig, log, settle, deliver } = aRig({ partEvents: 2 })
    for (let count = 0; count < 3; count += 1) log.channelCreated(channelIdOf(3))
    log.setRole(someone, 'guest')
    log.channelCreated(channelIdOf(4))
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle()
    expect(contents(connection)).toEqual(['workspace_member_updated', 'resumed'])
  })

  it('stops with what full members get when its user is made a guest between two parts', async () => {
    const { rig, log, settle, deliver } = aRig({ partEvents: 2 })
    for (let count = 0; count < 5; count += 1) log.channelCreated(channelIdOf(3))
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle('drained')
    log.setRole(someone, 'guest')
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['channel_created', 'channel_created', 'workspace_member_updated', 'resumed'])
  })

  it('ends with the word that something is missing when memory no longer knows what was taken back meanwhile', async () => {
    const { rig, log, settle, deliver } = aRig({ partEvents: 2, ringEvents: 6 })
    log.join(someone, channel)
    for (let count = 0; count < 5; count += 1) log.send(channel)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle('drained')
    for (let count = 0; count < 10; count += 1) log.send(channelIdOf(3))
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['member_joined', 'words 1', 'resync_required'])
  })
})

describe('a resume from the database', () => {
  it('shows no words of a channel that the user has left that were taken back while it was read', async () => {
    const { rig, log, waits, settle, deliver } = aRig({ ringEvents: 1 })
    log.join(someone, open)
    log.send(open)
    log.leave(someone, open)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    // Where the user is and was, then the events: both are answers of before the edit.
    for (let answers = 0; answers < 2; answers += 1) {
      await settle('answered')
      waits.waiting.shift()?.resolve()
    }
    await settle('answered')
    log.edit(0)
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['member_joined', '', 'member_left', 'resumed'])
  })
})

describe('whether a channel that was left may be read', () => {
  it('is asked again when the answer is of before it was joined', async () => {
    const { rig, log, waits, settle, deliver } = aRig()
    log.join(someone, channel)
    log.leave(someone, channel)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    rig.resume(connection, 0)
    await settle('answered')
    // On its way: an answer that does not know the public one yet.
    log.join(someone, open)
    log.leave(someone, open)
    deliver()
    expect(waits.waiting.map(({ label }) => label)).toEqual(['answered'])
    await settle()
    expect(contents(connection)).toEqual(['member_left', 'member_joined', 'member_left', 'resumed'])
  })
})

describe('memberships', () => {
  it('are read again when so much has happened since that memory does not know what changed', async () => {
    const { rig, log, waits, settle, deliver } = aRig({ ringEvents: 2 })
    const connection = rig.connect(someone)
    await settle('answered')
    expect(waits.waiting.map(({ label }) => label)).toEqual(['answered'])
    // The answer on its way is of before this.
    log.join(someone, channel)
    for (let count = 0; count < 5; count += 1) log.send(channel)
    deliver()
    await settle()
    rig.goLive(connection)
    await settle()
    log.send(channel)
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['words 6'])
  })

  it('are read once for all connections of a user', async () => {
    const { rig, waits, settle } = aRig()
    for (let count = 0; count < 3; count += 1) rig.connect(someone)
    await new Promise(setImmediate)
    rig.turn()
    expect(waits.waiting.map(({ label }) => label)).toEqual(['asked'])
    await settle()
    rig.connect(someone)
    await new Promise(setImmediate)
    expect(waits.waiting).toEqual([])
  })
})

describe('a database that fails', () => {
  it('does not take the connection with it: the client is told what it lacks, and gets what happens now', async () => {
    const { rig, log, settle, deliver } = aRig({ ringEvents: 1 })
    log.join(someone, channel)
    for (let count = 0; count < 3; count += 1) log.send(channel)
    deliver()
    const connection = rig.connect(someone)
    await settle()
    log.records.readEvents = () => Promise.reject(new Error('the database is away'))
    rig.resume(connection, 0)
    await settle()
    log.send(channel)
    deliver()
    await settle()
    expect(contents(connection)).toEqual(['resync_required', 'words 4'])
    expect(rig.failures).toEqual([])
  })
})
