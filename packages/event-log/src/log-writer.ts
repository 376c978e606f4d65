// A process of its own that writes to the log, so often in each of four lanes and then until its input ends, for the tests:
// `node log-writer.ts <url> <writes> <channel ids joined by ,>`.
// Some of its transactions dawdle between their lock and their end, some are rolled back, some touch two channels.
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { channelStream } from '@afrochat/contracts'
import { connectDatabase, createTransact, lockHeads, nextSeq } from '@afrochat/database'
import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import { nobody, workspaceId } from './log-fixture-ids.ts'

const [url = '', writes = '0', channelList = ''] = process.argv.slice(2)
// Ids that the test has made.
const channels = channelList.split(',') as ChannelId[]
const db = connectDatabase({ url, poolSize: 4, applicationName: 'log-writer', connectionTimeoutMs: 60_000, onError: () => undefined })
const transact = createTransact({ db, shards: 1, publish: () => undefined })

class Abandoned extends Error {}

async function write(): Promise<void> {
  const touched = [...new Set([0, 1].slice(0, randomInt(1, 3)).map(() => channels[randomInt(channels.length)]).filter((channel) => channel !== undefined))]
  await transact(nobody, async ({ tx, emit }) => {
    await lockHeads(tx, touched)
    for (const channel of touched) {
      const seq = await nextSeq(tx, channel)
      emit({
        type: 'member_left', stream: channelStream(channel), workspaceId, seq,
        payload: { channel_id: channel, user_id: newId<UserId>(), removed_by: null },
      })
    }
    if (randomInt(4) === 0) await delay(randomInt(15))
    if (randomInt(5) === 0) throw new Abandoned()
  }).catch((error: unknown) => {
    if (!(error instanceof Abandoned)) throw error
  })
}

let isWanted = true
process.stdin.resume().once('end', () => (isWanted = false))
const lanes = Array.from({ length: 4 }, async () => {
  for (let index = 0; isWanted || index < Number(writes); index += 1) await write()
})
await Promise.all(lanes)
await db.destroy()
