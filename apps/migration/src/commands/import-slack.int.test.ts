import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Message } from '@afrochat/contracts'
import type { ImportReport } from '@afrochat/import'
import type { Db } from '@afrochat/database'
import {
  allItems, aSlackChannel, aSlackMessage, aSlackUser, aTemporaryFile, createChatWorld, slackExportBytes, slackTime, waitFor, zipBytes,
  type ChatWorld, type TestUser,
} from '@afrochat/test-support'
import { findByNameOrSlug } from '@afrochat/workspace'
import { runCommand, startCommand } from '../testing/command.ts'
import { importedState } from '../testing/imported-state.ts'

/** For what starts a program eight times, or reads sixteen thousand messages: on a busy machine that takes minutes. */
const PATIENCE_MS = 300_000
const NOWHERE = 'postgres://user:secret@127.0.0.1:1/nothing'
const REAL_EXPORT = new URL('../../../../../shared/data/racket-slack-export.zip', import.meta.url).pathname

const small = {
  users: [aSlackUser('U1', 'small-one'), aSlackUser('U2', 'small-two')],
  channels: [aSlackChannel('C1', 'general')],
  days: { 'general/2020-01-01': [aSlackMessage(1, 'U1', 'hello'), aSlackMessage(2, 'U2', 'hi', { thread_ts: slackTime(1) })] },
}

let world: ChatWorld
let ada: TestUser
beforeAll(async () => {
  world = await createChatWorld()
  ada = await whoSetItUp(world, 'ada')
})
afterAll(() => world.close())

const opened: { drop(): void }[] = []
afterEach(() => {
  for (const file of opened.splice(0)) file.drop()
})

describe('import slack, before anything is written', () => {
  it('checks everything in a dry run, without a database', async () => {
    const path = fileOf(anExport())
    const reportFile = join(dirname(path), 'report.json')
    const { code, stdout } = await runCommand(NOWHERE, ['import', 'slack', path, '--dry-run', '--report', reportFile])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Found +120 users[^]*nothing: this was a dry run/) })
    expect(JSON.parse(readFileSync(reportFile, 'utf8'))).toMatchObject({ source: 'slack', dry_run: true, workspace: null, found: { users: 120, messages: 650 } })
  })

  it.each<[string, Buffer, RegExp]>([
    ['a path that leads out', zipBytes([{ name: 'users.json', content: '[]' }, { name: '../../etc/cron.d/x', content: 'x' }]), /"\.\.\/\.\.\/etc\/cron\.d\/x"/],
    ['a bomb', zipBytes([{ name: 'users.json', content: Buffer.alloc(50 * 1024 ** 2, ' ') }, { name: 'channels.json', content: '[]' }]), /"users.json" unpacks to more than/],
    ['bad JSON on its last day', slackExportBytes({ ...small, entries: [{ name: 'general/2020-09-09.json', content: '[{"ts":"1.0' }] }), /"general\/2020-09-09.json"/],
    ['a file cut in half', slackExportBytes(small).subarray(0, 400), /not a zip file, or it is cut off/],
    ['text', Buffer.from('hello'), /not a zip file/],
  ])('refuses %s in one sentence, and makes nothing', async (_, bytes, message) => {
    const before = await importedState(world.db)
    const ended = await runCommand(world.databaseUrl, ['import', 'slack', fileOf(bytes), '--workspace', 'Refused'])
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) })
    // How far it has come is said besides, of whatever takes a while.
    expect(ended.stderr.trim().split('\n').filter((line) => !line.startsWith('Checking the archive: '))).toHaveLength(1)
    expect(await importedState(world.db)).toEqual(before)
  })

  it.each([['--owner', 'nobody-of-this-name'], ['--join', 'ada,nobody-of-this-name']])('makes nothing when %s names somebody unknown', async (option, name) => {
    const ended = await runCommand(world.databaseUrl, ['import', 'slack', fileOf(slackExportBytes(small)), '--workspace', 'Unmade', option, name])
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no active account nobody-of-this-name') })
    expect(await findByNameOrSlug(world.db, 'Unmade')).toEqual([])
  })
})

describe('import slack', () => {
  it('makes the workspace of whoever registered first, and brings in who is to join', async () => {
    const kofi = await world.aUser({ username: 'kofi' })
    const path = fileOf(slackExportBytes(small))
    const ended = await runCommand(world.databaseUrl, ['import', 'slack', path, '--workspace', 'Small Place', '--join', 'kofi'])
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 accounts, 1 channel, 2 messages into small-place/) })
    const [place] = await findByNameOrSlug(world.db, 'small-place')
    expect(place).toMatchObject({ name: 'Small Place', owner_id: ada.userId })
    const { items } = await world.workspace.listChannels(kofi, { workspace_id: place?.id as never })
    expect(items.map(({ name, unread_count }) => [name, unread_count]).toSorted()).toEqual([['general', 0], ['general-2', 0]])

    await runCommand(world.databaseUrl, ['import', 'slack', path, '--workspace', 'Of Kofi', '--owner', 'kofi'])
    expect(await findByNameOrSlug(world.db, 'of-kofi')).toMatchObject([{ owner_id: kofi.userId }])

    const again = await runCommand(world.databaseUrl, ['import', 'slack', path, '--workspace', 'small-place'])
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/Imported +0 accounts, 0 channels, 0 messages[^]*Was there 2 accounts, 1 channel, 2 messages/) })
  })

  it('leaves the planner with the true size of what came in, so that a page of it is not read as the whole', async () => {
    await runCommand(world.databaseUrl, ['import', 'slack', fileOf(anExport()), '--workspace', 'Sized'])
    const { rows } = await sql<{ known: number; there: number }>`
      select (select reltuples::float8 from pg_class where oid = 'messages'::regclass) as known, count(*)::float8 as there from messages`.execute(world.db)
    expect(rows[0]?.known).toBe(rows[0]?.there)
  })

  it('goes on where it was killed, wherever that was, and ends as if nothing had happened', async () => {
    const path = fileOf(anExport())
    const [killed, whole] = await Promise.all([createChatWorld(), createChatWorld()])
    await Promise.all([whoSetItUp(killed, 'ada'), whoSetItUp(whole, 'ada')])
    const args = ['import', 'slack', path, '--workspace', 'Racket']
    try {
      let kills = 0
      for (const moment of [{ users: 40 }, { users: 121 }, { messages: 1 }, { messages: 150 }, { messages: 420 }, { messages: 640 }]) {
        const run = startCommand(killed.databaseUrl, args)
        await Promise.race([run.ended, waitFor(() => hasReached(killed.db, moment), { timeoutMs: 100_000 })])
        run.child.kill('SIGKILL')
        kills += (await run.ended).code === null ? 1 : 0
      }
      expect(kills).toBeGreaterThan(2)
      expect(await runCommand(killed.databaseUrl, args)).toMatchObject({ code: 0 })
      expect(await runCommand(whole.databaseUrl, args)).toMatchObject({ code: 0 })
      expect(await importedState(killed.db)).toEqual(await importedState(whole.db))
      expect(await disorderIn(killed.db)).toEqual([])
    } finally {
      await Promise.all([killed.close(), whole.close()])
    }
  }, PATIENCE_MS)

  it('keeps nobody from posting meanwhile, and the log stays without a hole', async () => {
    const place = await world.aWorkspace({ owner: ada, name: 'Busy' })
    const channel = await world.aChannel({ in: place, by: ada })
    const { ended } = startCommand(world.databaseUrl, ['import', 'slack', fileOf(anExport()), '--workspace', place.slug])
    let running = true
    void ended.then(() => (running = false))
    const posted: Message[] = []
    while (running) posted.push(await world.aMessage({ in: channel, by: ada, content: `post ${posted.length}` }))

    expect(await ended).toMatchObject({ code: 0 })
    const { items } = await world.chat.listMessages(ada, { channel_id: channel.id, limit: 1 })
    expect(items[0]).toMatchObject({ id: posted.at(-1)?.id, seq: posted.at(-1)?.seq })
    const span = await world.db.selectFrom('events').select(['pos', 'imported']).where('workspace_id', '=', place.id).orderBy('pos').execute()
    const changes = span.filter(({ imported }, index) => index > 0 && imported !== span[index - 1]?.imported).length
    // They really took turns: of a post that waits for all of the import there would be two changes.
    expect(changes).toBeGreaterThan(2)
    expect(await disorderIn(world.db)).toEqual([])
  })
})

// It is not part of the project: where it is, it is tried.
if (existsSync(REAL_EXPORT)) describe('the export of a real community', () => {
  it('comes in whole: the numbers in the database and through the use cases are those of the export', async () => {
    const reportFile = join(dirname(fileOf(Buffer.alloc(0))), 'report.json')
    const ended = await runCommand(world.databaseUrl, ['import', 'slack', REAL_EXPORT, '--workspace', 'Racket', '--report', reportFile])
    expect(ended).toMatchObject({ code: 0 })
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as ImportReport
    expect(report).toMatchObject({
      imported: { accounts: 245, channels: 1, messages: 16_466 }, found: { users: 245, channels: 1, messages: 16_466, replies: 14_813, threads: 1228 },
    })

    const [place] = await findByNameOrSlug(world.db, 'racket')
    const workspace_id = place?.id as never
    const members = await allItems((page) => world.workspace.listWorkspaceMembers(ada, { workspace_id, limit: 200, ...page }))
    expect(members).toHaveLength(246)
    const channels = await allItems((page) => world.workspace.listChannels(ada, { workspace_id, filter: 'browse', ...page }))
    const channel = channels.find(({ name }) => name === 'general-2')
    expect(channel).toMatchObject({ last_seq: 16_466, member_count: 224, archived_at: null, last_message_at: '2018-12-30T20:36:11.053Z' })

    const channel_id = channel?.id as never
    const history = await allItems((page) => world.chat.listMessages(ada, { channel_id, limit: 200, ...page }))
    expect(history).toHaveLength(16_466 - 14_813)
    const changes = await allItems((page) => world.chat.listChanges(ada, { channel_id, since: 0, limit: 200, ...page }))
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 16_466 }, (_, index) => index + 1))
    expect(changes.every(({ created_at }, index) => index === 0 || created_at >= (changes[index - 1]?.created_at ?? ''))).toBe(true)
    const roots = history.filter(({ reply_count }) => reply_count > 0)
    expect(roots.reduce((sum, { reply_count }) => sum + reply_count, 0)).toBe(14_813)
    const [longest] = roots.toSorted((one, other) => other.reply_count - one.reply_count)
    const replies = await allItems((page) => world.chat.listReplies(ada, { message_id: longest?.id as never, limit: 200, ...page }))
    expect(replies).toHaveLength(283)
    expect(await disorderIn(world.db)).toEqual([])
  }, PATIENCE_MS)
})

/** 120 people, two channels, 650 messages of all sorts over ten days. */
function anExport(): Buffer {
  const ids = Array.from({ length: 120 }, (_, index) => `U${index + 1}`)
  const day = (number: number, of: string) => Array.from({ length: of === 'talk' ? 40 : 25 }, (_, index) => {
    const second = number * 86_400 + index * 60
    const thread = index % 5 === 0 ? {} : { thread_ts: slackTime(second - (index % 5) * 60) }
    const reactions = index % 7 === 0 ? { reactions: [{ name: 'tada', users: ['U1', 'U2'], count: 2 }] } : {}
    return aSlackMessage(second, ids[(index * 7 + number) % ids.length] ?? 'U1', `message ${index} of day ${number} for <@U${index + 1}>`, { ...thread, ...reactions })
  })
  const days = Object.fromEntries(['talk', 'work'].flatMap((name) => Array.from({ length: 10 }, (_, index) => [`${name}/2020-01-${10 + index}`, day(index, name)])))
  return slackExportBytes({ users: ids.map((id) => aSlackUser(id, `person-${id}`)), channels: [aSlackChannel('C1', 'talk'), aSlackChannel('C2', 'work', { members: ids })], days })
}

function fileOf(bytes: Buffer): string {
  const file = aTemporaryFile(bytes)
  opened.push(file)
  return file.path
}

/** The first account with a password: who registered here first. */
async function whoSetItUp({ db, aUser }: ChatWorld, username: string): Promise<TestUser> {
  const user = await aUser({ username })
  await db.updateTable('users').set({ password_hash: 'unused' }).where('id', '=', user.userId).execute()
  return user
}

async function hasReached(db: Db, { users = 0, messages = 0 }: { users?: number; messages?: number }): Promise<boolean> {
  const count = (table: 'users' | 'messages') => db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return (await count('users')).n >= users && (await count('messages')).n >= messages
}

/** Streams with a hole in their seqs, and holes in the positions. */
async function disorderIn(db: Db): Promise<string[]> {
  const events = await db.selectFrom('events').select(['pos', 'stream_key', 'seq']).orderBy('pos').execute()
  const holes = events.filter(({ pos }, index) => pos !== index + 1).map(({ pos }) => `position ${pos}`)
  const lastOf = new Map<string, number>()
  for (const { stream_key, seq } of events) {
    if (seq === null) continue
    if (seq !== (lastOf.get(stream_key) ?? 0) + 1) holes.push(`${stream_key} ${seq}`)
    lastOf.set(stream_key, seq)
  }
  return holes
}
