import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { SharedMessage, type Message, type Workspace } from '@afrochat/contracts'
import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import {
  allItems, aSlackChannel, aSlackMessage, aSlackUser, aTemporaryFile, createChatWorld, eventsOf, forEverybody, slackExportBytes, slackTime,
  type ChatWorld, type SlackExportFacts, type TestUser,
} from '@afrochat/test-support'
import { Value } from 'typebox/value'
import { openArchive } from './archive/open-archive.ts'
import { importSlackExport } from './import-slack-export.ts'
import { reportOf, renderReport } from './report/import-report.ts'
import { surveyExport } from './survey/survey-export.ts'

const users = [
  aSlackUser('U1', 'ada', { is_owner: true, is_admin: true, tz: 'Africa/Lagos', profile: { display_name: 'Ada', email: 'ada@example.com' } }),
  aSlackUser('U2', 'kofi'),
  aSlackUser('U3', 'gone', { deleted: true }),
  aSlackUser('U4', 'helper', { is_bot: true }),
  aSlackUser('U5', 'visitor', { is_restricted: true }),
  aSlackUser('U6', 'here'),
]

const general = {
  'general/2020-01-01': [
    aSlackMessage(1, 'U2', '<@U2> has joined the channel', { subtype: 'channel_join' }),
    aSlackMessage(2, 'U1', 'Who can look at <https://a.example/?x=1&amp;y=2|this> &amp; <#C2|dev>? <@U2> <@U2> <@UX|xola> `<@U2>` <!channel>', {
      thread_ts: slackTime(2), reply_count: 99, reactions: [{ name: 'thumbsup::skin-tone-3', users: ['U2', 'U1', 'U9'], count: 3 }, { name: 'tada', users: ['U1'] }],
    }),
    aSlackMessage(3, 'U2', 'Me', { thread_ts: slackTime(2), edited: { user: 'U2', ts: slackTime(30) } }),
    aSlackMessage(4, 'U3', 'I could too', { thread_ts: slackTime(2), subtype: 'thread_broadcast' }),
  ],
  'general/2020-01-02': [
    aSlackMessage(86_402.5, 'U4', 'I am a bot', {}),
    aSlackMessage(86_403, '', 'Build failed', { subtype: 'bot_message', bot_id: 'B1', username: 'ci' }),
    aSlackMessage(86_404, 'USLACKBOT', 'This message was deleted.', { subtype: 'tombstone', thread_ts: slackTime(86_404), hidden: true }),
    aSlackMessage(86_405, 'U2', 'reply to the deleted', { thread_ts: slackTime(86_404) }),
    aSlackMessage(86_406, 'U2', 'reply to nothing', { thread_ts: slackTime(5) }),
    aSlackMessage(86_407, 'U1', '', { files: [{ name: 'a.png' }] }),
    aSlackMessage(86_408, 'U1', 'with \u0000 NUL and \ud800 half', { pinned_to: ['C1'] }),
    aSlackMessage(86_401, 'U2', 'out of order in its file'),
  ],
}

const facts: SlackExportFacts = {
  users,
  channels: [
    aSlackChannel('C1', 'general', { members: ['U1', 'U2', 'U5', 'UX'], purpose: { value: 'All &amp; everybody' }, topic: { value: '' } }),
    aSlackChannel('C2', 'dev', { is_archived: true, creator: 'U9' }),
    aSlackChannel('C3', 'empty', { members: [] }),
  ],
  groups: [aSlackChannel('G1', 'secret', { members: ['U1'] })],
  days: { ...general, 'dev/2020-01-01': [aSlackMessage(10, 'U2', 'see <#C1|general> and <#G1|secret>')], 'secret/2020-01-01': [aSlackMessage(10, 'U1', 'psst')] },
}

let world: ChatWorld
beforeAll(async () => {
  world = await createChatWorld()
})
afterAll(() => world.close())

let owner: TestUser
let place: Workspace
beforeEach(async () => {
  owner = await world.aUser()
  place = await world.aWorkspace({ owner, name: `Place ${newId().slice(-6)}` })
})

const opened: { drop(): void }[] = []
afterEach(() => {
  for (const file of opened.splice(0)) file.drop()
})

describe('an import from Slack', () => {
  it('brings people who cannot sign in, with what they were, and nobody becomes the owner', async () => {
    await run(facts)
    const { items } = await world.workspace.listWorkspaceMembers(owner, { workspace_id: place.id, limit: 50 })
    const imported = new Map(items.filter(({ user }) => user.id !== owner.userId).map((member) => [member.user.display_name, member]))
    const found = [...imported].map(([name, { role, deactivated_at, user }]) => [name, [role, user.status, deactivated_at === null, user.is_bot]])
    expect(Object.fromEntries(found)).toEqual({
      Ada: ['admin', 'active', true, false],
      kofi: ['member', 'active', true, false],
      gone: ['member', 'deactivated', false, false],
      helper: ['member', 'active', true, true],
      visitor: ['guest', 'active', true, false],
      here: ['member', 'active', true, false],
      ci: ['member', 'active', false, true],
      USLACKBOT: ['member', 'deactivated', false, true],
    })
    const rows = await world.db.selectFrom('users').select(['email', 'password_hash']).where('id', 'in', [...imported.values()].map(({ user }) => user.id)).execute()
    expect(rows.every(({ email, password_hash }) => email === null && password_hash === null)).toBe(true)
    expect(await generalMembers()).toBe(1)
  })

  it('fills channels of its own: seq 1, 2, 3 … by the original times, and one imported event for each', async () => {
    const { result } = await run(facts)
    const channel = idOf(result, 'general')
    const messages = await historyOf(channel)
    expect(messages.map(({ seq, change_seq, created_at }) => [seq, change_seq, created_at])).toEqual(
      [1, 2, 3, 4, 86_401, 86_402.5, 86_403, 86_404, 86_405, 86_406, 86_407, 86_408].map((second, index) =>
        [index + 1, index + 1, new Date(1_577_836_800_000 + second * 1000).toISOString()]))

    const stored = await world.storedEvents(channel)
    expect(stored.map(({ seq, type, imported, message_id }) => [seq, type, imported, message_id])).toEqual(messages.map(({ seq, id }) => [seq, 'message_sent', true, id]))
    for (const [index, { payload }] of stored.entries()) {
      const event: unknown = JSON.parse(payload)
      expect([...Value.Errors(SharedMessage, event)]).toEqual([])
      expect(event).toEqual(forEverybody(messages[index] as Message))
    }
    expect(await world.workspace.getChannel(owner, channel)).toMatchObject({
      name: 'general-2', archived_at: null, description: 'All & everybody', topic: null, created_at: '2020-01-01T00:00:00.000Z', member_count: 3,
      last_seq: 12, last_message_at: '2020-01-02T00:00:08.000Z',
    })
  })

  it('keeps threads, mentions, references, edits, reactions, bots and tombstones', async () => {
    const { result } = await run(facts)
    const messages = await historyOf(idOf(result, 'general'))
    const [kofi, ada, gone] = await Promise.all(['kofi', 'Ada', 'gone'].map(accountOf))
    const [joined, root, edited, broadcast, , helper, ci, tombstone, toDeleted, orphan, noText, odd] = messages

    expect(joined).toMatchObject({ kind: 'system', content: `<@${kofi}> has joined the channel`, mentions: { user_ids: [] } })
    expect(root).toMatchObject({
      user_id: ada, kind: 'user', thread_id: null, reply_count: 2, reply_user_ids: [kofi, gone], last_reply_at: '2020-01-01T00:00:04.000Z',
      content: `Who can look at <https://a.example/?x=1&y=2|this> & <#${idOf(result, 'dev')}|dev>? <@${kofi}> <@${kofi}> @xola \`@kofi\` <!channel>`,
      mentions: { user_ids: [kofi], channel: null },
      reactions: [{ emoji: '👍🏼', count: 2, user_ids: [kofi, ada] }, { emoji: '🎉', count: 1, user_ids: [ada] }],
    })
    expect(edited).toMatchObject({ thread_id: root?.id, edited_at: '2020-01-01T00:00:30.000Z', also_in_channel: false })
    expect(broadcast).toMatchObject({ thread_id: root?.id, also_in_channel: true })
    expect(helper).toMatchObject({ kind: 'bot' })
    expect(ci).toMatchObject({ kind: 'bot', content: 'Build failed' })
    expect(tombstone).toMatchObject({ content: '', reply_count: 1, deleted_at: '2020-01-02T00:00:04.000Z' })
    expect(toDeleted).toMatchObject({ thread_id: tombstone?.id })
    expect(orphan).toMatchObject({ thread_id: null, content: 'reply to nothing' })
    expect(noText).toMatchObject({ content: '' })
    expect(odd).toMatchObject({ content: 'with  NUL and \ufffd half', pinned: true })
    expect((await world.chat.listReplies(owner, { message_id: root?.id as never })).items.map(({ id }) => id)).toEqual([edited?.id, broadcast?.id])
  })

  it('leaves archived channels archived, private ones private, and tells open clients of the others alone', async () => {
    const { result } = await run(facts)
    expect(await world.workspace.getChannel(owner, idOf(result, 'dev'))).toMatchObject({ archived_at: '2020-01-01T00:00:10.000Z', created_by: owner.userId })
    await expect(world.workspace.getChannel(owner, idOf(result, 'secret'))).rejects.toMatchObject({ code: 'channel_not_found' })
    const ofPlace = world.events.filter(({ workspace_id }) => workspace_id === place.id)
    const created = ofPlace.filter(({ type, imported }) => type === 'channel_created' && !imported)
    expect(created.map(({ payload }) => nameIn(payload))).toEqual(['general', 'general-2', 'empty'])
    expect(ofPlace.filter(({ type, imported }) => type === 'workspace_member_joined' && imported)).toHaveLength(5)
  })

  it('leaves nothing unread, and nobody mentioned, for its members and for those who join', async () => {
    const { result } = await run(facts, [owner.userId])
    for (const name of ['general', 'dev', 'secret', 'empty']) {
      const channel = await world.workspace.getChannel(owner, idOf(result, name))
      expect(channel).toMatchObject({ is_member: true, unread_count: 0, mention_count: 0, last_read_seq: channel.last_seq })
    }
    const states = await world.db.selectFrom('channel_user_states').select('last_read_seq').where('channel_id', '=', idOf(result, 'general')).execute()
    expect(states.map(({ last_read_seq }) => last_read_seq).toSorted()).toEqual([12, 12, 12, 13])
    expect(eventsOf(world, idOf(result, 'general')).at(-1)).toMatchObject({ type: 'member_joined', seq: 13, imported: false })
  })

  it('becomes a channel like any other: people join, post, reply, react and edit', async () => {
    const { result } = await run(facts)
    const id = idOf(result, 'general')
    const channel = await world.workspace.joinChannel(owner, id)
    const [, root] = await historyOf(id)
    const reply = await world.aMessage({ in: channel, by: owner, content: 'late, but here', thread_id: root?.id as never })
    await world.chat.addReaction(owner, { message_id: root?.id as never, emoji: '👍' })
    expect(await world.chat.getMessage(owner, root?.id as never)).toMatchObject({
      reply_count: 3, reactions: [{ emoji: '👍🏼' }, { emoji: '🎉' }, { emoji: '👍', me: true }],
    })
    // After the owner's joining, and what is said of it.
    expect(reply.seq).toBe(15)
  })

  it('adds nothing when it is run again, whatever has happened since', async () => {
    const first = await run(facts)
    const id = idOf(first.result, 'general')
    const channel = await world.workspace.joinChannel(owner, id)
    await world.aMessage({ in: channel, by: owner, content: 'new' })
    const before = await everything()
    const again = await run(facts)
    expect(again.result).toMatchObject({ accountsMade: 0, accountsFound: 8 })
    expect(again.result.channels.every(({ state, messages }) => state === 'already_imported' && messages === 0)).toBe(true)
    expect(again.result.notices).toEqual([])
    expect(await everything()).toEqual(before)
    expect(again.report).toMatchObject({ imported: { accounts: 0, channels: 0, messages: 0 }, already_there: { accounts: 8, channels: 4, messages: 14 } })
  })

  it('leaves alone a channel that was deleted here since', async () => {
    const first = await run(facts)
    await world.workspace.deleteChannel(owner, idOf(first.result, 'general'))
    const again = await run(facts)
    expect(again.result.channels.find(({ name }) => name === 'general')).toMatchObject({ state: 'left_alone', messages: 0 })
    expect(again.report.notices).toContainEqual(expect.objectContaining({ reason: 'channel_gone', examples: ['general'] }))
  })

  it('brings new channels and people of a later export, and leaves alone what it filled from another file', async () => {
    await run(facts)
    const later: SlackExportFacts = {
      ...facts, users: [...users, aSlackUser('U7', 'new')], channels: [...(facts.channels ?? []), aSlackChannel('C9', 'fresh')],
      days: { ...facts.days, 'general/2020-01-03': [aSlackMessage(200_000, 'U1', 'one'), aSlackMessage(200_001, 'U1', 'two')], 'fresh/2020-01-03': [aSlackMessage(200_000, 'U7', 'new here')] },
    }
    const { result, report } = await run(later)
    expect(result).toMatchObject({ accountsMade: 1 })
    expect(result.channels.map(({ name, state, messages }) => [name, state, messages])).toEqual([
      ['general', 'left_alone', 0], ['dev', 'already_imported', 0], ['empty', 'already_imported', 0], ['fresh', 'imported', 1], ['secret', 'already_imported', 0],
    ])
    expect(report.notices).toEqual(expect.arrayContaining([
      expect.objectContaining({ reason: 'earlier_import_differs', count: 1, examples: ['general'] }), expect.objectContaining({ reason: 'newer_than_import', count: 2 }),
    ]))
  })

  it('imports the same export into two workspaces, apart from each other', async () => {
    const one = await run(facts)
    place = await world.aWorkspace({ owner, name: 'Another' })
    const two = await run(facts)
    expect(two.result.accountsMade).toBe(8)
    expect(idOf(two.result, 'general')).not.toBe(idOf(one.result, 'general'))
  })

  it('may run twice at the same moment', async () => {
    const [one, two] = await Promise.all([run(facts), run(facts)])
    expect(one.result.accountsMade + two.result.accountsMade).toBe(8)
    expect(one.report.imported.messages + two.report.imported.messages).toBe(14)
    expect((await historyOf(idOf(one.result, 'general'))).map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
  })

  it('reports what came in and what did not', async () => {
    const { report } = await run(facts)
    expect(report.found).toEqual({
      users: 6, other_authors: 2, channels: 4, files: 7, messages: 14, replies: 3, threads: 2, edited: 1, reactions: 4,
    })
    expect(Object.fromEntries(report.notices.map(({ reason, count }) => [reason, count]))).toEqual({
      email_not_taken: 1, owner_as_admin: 1, author_unknown: 1, member_unknown: 1, mention_unknown: 1, reaction_not_taken: 1,
      reply_without_root: 1, deleted_root: 1,
      file_not_taken: 1, no_text: 1, characters_removed: 1, channel_renamed: 1, user_renamed: expect.any(Number),
    })
    const text = renderReport(report)
    expect(text).toMatch(/Found +6 users, 2 other authors, 4 channels, 14 messages, of which 3 are replies in 2 threads/)
    expect(text).toMatch(/#general \(public\): 12 messages, 3 replies, 2020-01-01 to 2020-01-02, imported/)
    expect(text).toMatch(/ 1 {2}Replies whose first message is missing/)
  })
})

async function run(wanted: SlackExportFacts, joining: UserId[] = []) {
  const file = aTemporaryFile(slackExportBytes(wanted))
  opened.push(file)
  const archive = await openArchive(file.path)
  try {
    const survey = await surveyExport(archive)
    const { db, transact } = world
    const result = await importSlackExport({ db, transact }, {
      archive, survey, workspaceId: place.id, ownerId: owner.userId, joining, origin: { userId: null, requestId: 'test' },
    })
    const workspace = { id: place.id, name: place.name, slug: place.slug, created: false }
    return { result, report: reportOf({ file: 'export.zip', survey, seconds: 1, done: { workspace, result } }) }
  } finally {
    archive.close()
  }
}

type Result = Awaited<ReturnType<typeof run>>['result']

function idOf({ channels }: Result, name: string): ChannelId {
  const channel = channels.find((one) => one.name === name)
  if (channel === undefined) throw new Error(`The result has no channel ${name}`)
  return channel.channelId
}

/** All messages of a channel as the API gives them, in the order of their last change. */
function historyOf(channelId: ChannelId): Promise<Message[]> {
  return allItems((page) => world.chat.listChanges(owner, { channel_id: channelId, since: 0, limit: 5, ...page }))
}

async function accountOf(displayName: string): Promise<UserId> {
  const { items } = await world.workspace.listWorkspaceMembers(owner, { workspace_id: place.id, limit: 50 })
  return items.find(({ user }) => user.display_name === displayName)?.user.id as UserId
}

async function generalMembers(): Promise<number> {
  return (await world.generalOf(place, owner)).member_count
}

async function everything() {
  const { db } = world
  const tables = ['users', 'workspace_members', 'channels', 'channel_members', 'channel_user_states', 'messages', 'reactions', 'events', 'import_refs', 'import_channels'] as const
  return Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()))
}

function nameIn(payload: string): unknown {
  const parsed: unknown = JSON.parse(payload)
  return (parsed as { name?: string }).name
}
