import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aSlackChannel, aTemporaryFile, aSlackMessage, aSlackUser, slackExportBytes } from '@afrochat/test-support'
import fc from 'fast-check'
import { openArchive } from '../archive/open-archive.ts'
import { NoticeBook } from '../report/notices.ts'
import { surveyExport } from '../survey/survey-export.ts'
import { surveyChannel } from '../survey/survey-channel.ts'
import { inChunks, inOrder } from './in-order.ts'

const opened: { drop(): void }[] = []
afterEach(() => {
  for (const file of opened.splice(0)) file.drop()
})

describe('inOrder', () => {
  it('gives all messages by their times, each once, however they lie in the files', async () => {
    const files = fc.array(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }), { minLength: 1, maxLength: 8 })
    await fc.assert(fc.asyncProperty(files, async (seconds) => {
      const days = Object.fromEntries(seconds.map((rows, index) => [`general/2020-02-0${index + 1}`, rows.map((second) => aSlackMessage(second, 'U1', `m${second}`))]))
      const texts = (await read(days)).map(({ text }) => text)
      expect(texts).toEqual([...new Set(seconds.flat())].toSorted((one, other) => one - other).map((second) => `m${second}`))
    }), { numRuns: 60 })
  })

  it('takes of two messages of one time the same one every time', async () => {
    const days = { 'general/2020-01-01': [aSlackMessage(5, 'U1', 'first')], 'general/2020-01-02': [aSlackMessage(5, 'U1', 'second'), aSlackMessage(4, 'U1', 'before')] }
    expect((await read(days)).map(({ text }) => text)).toEqual(['before', 'first'])
  })
})

describe('inChunks', () => {
  it('cuts at a hundred messages, and earlier where they are long', async () => {
    const short = Array.from({ length: 250 }, (_, index) => aSlackMessage(index + 1, 'U1', 'x'))
    const long = Array.from({ length: 60 }, (_, index) => aSlackMessage(1000 + index, 'U1', randomBytes(15_000).toString('hex')))
    const sizes: number[] = []
    for await (const chunk of inChunks(stream(await read({ 'general/2020-01-01': [...short, ...long] })))) {
      sizes.push(chunk.length)
      expect(chunk.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(1024 ** 2)
    }
    expect(sizes).toEqual([100, 100, 84, 26])
  })
})

async function read(days: Record<string, unknown[]>) {
  const file = aTemporaryFile(slackExportBytes({ users: [aSlackUser('U1', 'ada')], channels: [aSlackChannel('C1', 'general')], days }))
  opened.push(file)
  const archive = await openArchive(file.path)
  try {
    const { people, channels: [channel] } = await surveyExport(archive)
    if (channel === undefined) throw new Error('The export has one channel')
    const plan = await surveyChannel({ archive, people, notices: new NoticeBook(), onFile: () => undefined }, channel.source)
    const messages = []
    for await (const message of inOrder(archive, channel.source, plan)) messages.push(message)
    expect(messages).toHaveLength(plan.messages)
    return messages
  } finally {
    archive.close()
  }
}

async function* stream<T>(items: Iterable<T>) {
  yield* items
}
