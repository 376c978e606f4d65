import { randomUUID } from 'node:crypto'
import pg from 'pg'
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

/**
 * Messages a second and their latency with one, sixteen and sixty-four people who each send as fast as they are answered.
 * Beside them, as the baseline of the machine and its disk in this run: rows inserted and committed one at a time.
 */
export async function measurePosting(stack: Stack): Promise<string> {
  const town = await buildTown(stack.apiUrl, { people: Math.max(...SENDERS), channels: CHANNELS })
  await post(stack, town, { senders: 16, seconds: WARM_UP_SECONDS })
  const baseline = await insertRows(stack)
  const rows: (string | number)[][] = [['(insert, commit)', ...figures(baseline), '']]
  for (const senders of SENDERS) {
    const samples = await post(stack, town, { senders, seconds: SECONDS })
    rows.push([senders, ...figures(samples), (samples.length / baseline.length).toFixed(1)])
  }
  return table(['senders', 'messages a second', 'p50 ms', 'p99 ms', 'times the baseline'], rows)
}

function figures(samples: readonly number[]): (string | number)[] {
  const { p50, p99 } = percentiles(samples)
  return [Math.round(samples.length / SECONDS), ms(p50), ms(p99)]
}

async function insertRows({ databaseUrl }: Stack): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('create table baseline (id uuid primary key, content text)')
  const samples: number[] = []
  const until = performance.now() + SECONDS * 1000
  while (performance.now() < until) {
    const from = performance.now()
    await client.query({ name: 'insert', text: 'insert into baseline values ($1, $2)', values: [randomUUID(), CONTENT] })
    samples.push(performance.now() - from)
  }
  await client.end()
  return samples
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
