import { randomUUID } from 'node:crypto'
import type { Stack } from '@afrochat/test-support'
import { openHttp } from './http-connection.ts'
import { ms, percentiles, table } from './measure.ts'
import { buildTown, type Town } from './town.ts'

const CHANNELS = 50
const SENDERS = [1, 16, 64] as const
const SECONDS = 8
const WARM_UP_SECONDS = 2
/** What a chat message is like. */
const CONTENT = 'The quick brown fox jumps over the lazy dog. '.repeat(4)

/** Messages a second and their latency with one, sixteen and sixty-four people who each send as fast as they are answered. */
export async function measurePosting(stack: Stack): Promise<string> {
  const town = await buildTown(stack.apiUrl, { people: Math.max(...SENDERS), channels: CHANNELS })
  await post(stack, town, { senders: 16, seconds: WARM_UP_SECONDS })
  const rows = []
  for (const senders of SENDERS) {
    const samples = await post(stack, town, { senders, seconds: SECONDS })
    const { p50, p99 } = percentiles(samples)
    rows.push([senders, Math.round(samples.length / SECONDS), ms(p50), ms(p99)])
  }
  return table(['senders', 'messages a second', 'p50 ms', 'p99 ms'], rows)
}

async function post(stack: Stack, town: Town, { senders, seconds }: { readonly senders: number; readonly seconds: number }): Promise<number[]> {
  const samples: number[] = []
  const until = performance.now() + seconds * 1000
  await Promise.all(town.people.slice(0, senders).map(async ({ token }, sender) => {
    const connection = await openHttp(stack.apis[sender % stack.apis.length]?.url ?? stack.apiUrl)
    for (let index = sender; performance.now() < until; index += 1) {
      const channel = town.channelIds[index % town.channelIds.length]
      const from = performance.now()
      const { status, body } = await connection.send('POST', `/api/v1/channels/${channel}/messages`, {
        token, body: { content: CONTENT, client_msg_id: randomUUID() },
      })
      if (status !== 201) throw new Error(`A post was answered ${status}: ${body}`)
      samples.push(performance.now() - from)
    }
    connection.close()
  }))
  return samples
}
