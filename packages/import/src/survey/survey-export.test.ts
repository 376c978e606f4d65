import { afterEach, describe, expect, it } from '@jest/globals'
import { aSlackChannel, aTemporaryFile, aSlackMessage, aSlackUser, slackExportBytes, slackExportEntries, slackTime, zipBytes, type ZipEntry, type SlackExportFacts } from '@afrochat/test-support'
import { DEFAULT_ARCHIVE_LIMITS, openArchive, type ArchiveLimits } from '../archive/open-archive.ts'
import { surveyExport } from './survey-export.ts'

const people = [aSlackUser('U1', 'ada'), aSlackUser('U2', 'kofi')]
const good: SlackExportFacts = {
  users: people,
  channels: [aSlackChannel('C1', 'general')],
  days: { 'general/2020-01-01': [aSlackMessage(1, 'U1', 'hello'), aSlackMessage(2, 'U2', 'hi', { thread_ts: slackTime(1) })] },
}

const opened: { drop(): void }[] = []
afterEach(() => {
  for (const file of opened.splice(0)) file.drop()
})

describe('surveyExport', () => {
  it('counts what is there', async () => {
    const { counts, channels, notices, people: found } = await survey(slackExportBytes(good))
    expect(counts).toEqual({ users: 2, otherAuthors: 0, channels: 1, files: 3, messages: 2, replies: 1, threads: 1, edited: 0, reactions: 0 })
    expect(channels).toMatchObject([{ messages: 2, replies: 1, source: { externalId: 'C1', kind: 'public', members: ['U1', 'U2'] } }])
    expect(found.people.size).toBe(2)
    expect(notices).toEqual([])
  })

  it('finds everything in a folder too, and leaves alone what it does not know', async () => {
    const entries = slackExportEntries({ ...good, root: 'My export/' })
    const { counts, notices } = await survey(zipBytes([
      ...entries, { name: '__MACOSX/My export/._users.json', content: 'x' }, { name: 'My export/nested.zip', content: zipBytes([{ name: 'a', content: 'b' }]) },
      { name: 'My export/integration_logs.json', content: '[]' }, { name: 'My export/general/canvas.json', content: '{}' },
    ]))
    expect(counts).toMatchObject({ users: 2, messages: 2 })
    expect(notices).toMatchObject([{ reason: 'other_file', count: 3 }])
  })

  it('is the same for the same messages in another archive, and another when one of them differs', async () => {
    const fingerprintOf = async (bytes: Buffer) => (await survey(bytes)).channels[0]?.source.fingerprint.toString('hex')
    const first = await fingerprintOf(slackExportBytes(good))
    expect(await fingerprintOf(slackExportBytes({ ...good, root: 'again/', users: [...people, aSlackUser('U3', 'new')] }))).toBe(first)
    expect(await fingerprintOf(slackExportBytes({ ...good, days: { 'general/2020-01-01': [aSlackMessage(1, 'U1', 'hullo')] } }))).not.toBe(first)
  })

  it('takes private channels as private, and notes direct conversations and stray folders', async () => {
    const { channels, notices } = await survey(slackExportBytes({
      ...good, groups: [aSlackChannel('G1', 'secret')], entries: [{ name: 'dms.json', content: JSON.stringify([{ id: 'D1', members: ['U1', 'U2'] }]) }],
      days: { ...good.days, 'secret/2020-01-01': [aSlackMessage(1, 'U1', 'psst')], 'D1/2020-01-01': [aSlackMessage(1, 'U1', 'just us')] },
    }))
    expect(channels.map(({ source: { name, kind }, messages }) => ({ name, kind, messages }))).toEqual([
      { name: 'general', kind: 'public', messages: 2 }, { name: 'secret', kind: 'private', messages: 1 },
    ])
    expect(notices).toMatchObject([{ reason: 'conversation_not_taken', count: 1, examples: ['D1'] }])
    const stray = await survey(slackExportBytes({ ...good, days: { ...good.days, 'gone/2020-01-01': [] } }))
    expect(stray.notices).toMatchObject([{ reason: 'folder_without_channel', examples: ['gone'] }])
  })

  it('names who is missing, and makes accounts of those who wrote', async () => {
    const { people: found, notices, counts } = await survey(slackExportBytes({
      ...good, channels: [aSlackChannel('C1', 'general', { members: ['U1', 'U8', 'U9'], creator: 'U9' })],
      days: {
        'general/2020-01-01': [
          aSlackMessage(1, 'U9', 'hello <@U8> <@U1>', { user_profile: { real_name: 'Xola' }, reactions: [{ name: 'tada', users: ['U7', 'U9'], count: 3 }] }),
          aSlackMessage(2, '', 'built', { subtype: 'bot_message', bot_id: 'B1', username: 'ci' }),
        ],
      },
    }))
    expect(counts).toMatchObject({ users: 2, otherAuthors: 2 })
    expect([...found.people.values()].slice(2)).toMatchObject([
      { externalId: 'U9', isStranger: true, account: { displayName: 'Xola', isDeactivated: true, isBot: false } },
      { externalId: 'B1', isStranger: true, account: { displayName: 'ci', isDeactivated: false, isBot: true } },
    ])
    expect(Object.fromEntries(notices.map(({ reason, count }) => [reason, count]))).toEqual({
      member_unknown: 2, author_unknown: 1, mention_unknown: 1, reaction_not_taken: 1, reactor_unlisted: 1,
    })
  })

  it.each<[string, SlackExportFacts, RegExp]>([
    ['users that are no list', { entries: [{ name: 'users.json', content: '{"members":[]}' }] }, /"users.json" cannot be read: it is not a JSON array/],
    ['a user without an id', { users: [{ name: 'ada' }] }, /"users.json" is not as Slack writes it: in its element 1, .*id/],
    ['a user of two ids', { users: [people[0], people[0]] }, /"users.json" has two users of the id "U1"/],
    ['a user with an id that is none', { users: [aSlackUser('U1\u0000; drop table', 'x')] }, /"users.json" .* \/id/],
    ['a channel without a name', { channels: [{ id: 'C1' }] }, /"channels.json" .*name/],
    ['two channels of one name', { channels: [aSlackChannel('C1', 'general'), aSlackChannel('C2', 'general')] }, /"channels.json" has a second channel/],
    ['a day that is no JSON', { entries: [{ name: 'general/2020-01-02.json', content: '[{"ts": ' }] }, /"general\/2020-01-02.json" cannot be read/],
    ['a day that is an object', { entries: [{ name: 'general/2020-01-02.json', content: '{}' }] }, /"general\/2020-01-02.json" cannot be read: it is not a JSON array/],
    ['a message without a time', { days: { 'general/2020-01-02': [{ text: 'x', user: 'U1' }] } }, /"general\/2020-01-02.json" .*element 1.*ts/],
    ['a message of a time that is a number', { days: { 'general/2020-01-02': [aSlackMessage(1, 'U1', 'x', { ts: 1577836801.5 })] } }, /"general\/2020-01-02.json" .* \/ts/],
    ['a message of the year 33,658', { days: { 'general/2020-01-02': [aSlackMessage(1, 'U1', 'x', { ts: '9999999999.000000' })] } }, /"general\/2020-01-02.json" .*element 1.*yet to come/],
    ['a message of the time 1e18', { days: { 'general/2020-01-02': [aSlackMessage(1, 'U1', 'x', { ts: '1000000000000000000.000000' })] } }, /\/ts/],
    ['a text that is an object', { days: { 'general/2020-01-02': [aSlackMessage(1, 'U1', 'x', { text: { a: 1 } })] } }, /\/text/],
    ['reactions that are no list', { days: { 'general/2020-01-02': [aSlackMessage(1, 'U1', 'x', { reactions: { tada: 3 } })] } }, /\/reactions/],
    ['a row that is null', { days: { 'general/2020-01-02': [null] } }, /element 1/],
  ])('refuses an export with %s, and names the file', async (_, facts, message) => {
    const failure = await survey(slackExportBytes({ ...good, ...facts, days: { ...good.days, ...facts.days } })).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'archive_refused', message: expect.stringMatching(message) })
    expect(String(failure)).not.toContain('\n')
  })

  it.each<[string, ZipEntry[], RegExp]>([
    ['users', [{ name: 'channels.json', content: '[]' }], /no users.json/],
    ['channels', [{ name: 'users.json', content: '[]' }], /no channels.json/],
    ['anything', [], /no users.json/],
  ])('refuses an archive without %s', async (_, entries, message) => {
    await expect(survey(zipBytes(entries))).rejects.toMatchObject({ code: 'archive_refused', message: expect.stringMatching(message) })
  })

  it.each<[string, ZipEntry, RegExp]>([
    ['bomb', { name: 'photos/big.json', content: Buffer.alloc(20 * 1024 ** 2) }, /"photos\/big.json" unpacks to more than 100 times/],
    ['wrong checksum', { name: 'notes.txt', content: 'x', crc: 7 }, /"notes.txt" does not have the checksum/],
    ['traversal', { name: '../x.json', content: '[]' }, /"\.\.\/x.json" has a name that leads out/],
  ])('refuses a %s also where nothing would be taken from', async (_, entry, message) => {
    await expect(survey(slackExportBytes({ ...good, entries: [entry] }))).rejects.toMatchObject({ message: expect.stringMatching(message) })
  })

  it('stops at the limit of all that is unpacked', async () => {
    const days = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`general/2020-01-${10 + index}`, [aSlackMessage(index, 'U1', 'word '.repeat(200))]]))
    await expect(survey(slackExportBytes({ ...good, days }), { maxTotalBytes: 10_000 })).rejects.toMatchObject({
      code: 'archive_too_large', message: expect.stringMatching(/unpacks to more than 10000 bytes/),
    })
  })

  it('takes a message once that is there twice, the first of them', async () => {
    const { counts, notices } = await survey(slackExportBytes({
      ...good, days: { 'general/2020-01-01': [aSlackMessage(1, 'U1', 'one'), aSlackMessage(1, 'U1', 'two')], 'general/2020-01-02': [aSlackMessage(1, 'U2', 'three')] },
    }))
    expect(counts.messages).toBe(1)
    expect(notices).toMatchObject([{ reason: 'duplicate_message', count: 2 }])
  })
})

async function survey(bytes: Buffer, limits: Partial<ArchiveLimits> = {}) {
  const file = aTemporaryFile(bytes)
  opened.push(file)
  const archive = await openArchive(file.path, { ...DEFAULT_ARCHIVE_LIMITS, ...limits })
  try {
    return await surveyExport(archive)
  } finally {
    archive.close()
  }
}
