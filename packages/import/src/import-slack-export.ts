import type { Db, Transact } from '@afrochat/database'
import type { ChannelId, Origin, UserId, WorkspaceId } from '@afrochat/kernel'
import type { Archive } from './archive/open-archive.ts'
import { fillChunk, finishChannel } from './fill/fill-channel.ts'
import * as progressOf from './fill/import-channels.repository.ts'
import { importChannel, type OpenedChannel } from './fill/import-channels.ts'
import { importPeople, type Account, type FillDeps } from './fill/import-people.ts'
import { inChunks, inOrder } from './fill/in-order.ts'
import type { MessageMapping } from './fill/map-message.ts'
import { NoticeBook, type Notice } from './report/notices.ts'
import type { Names } from './slack/map-text.ts'
import type { ChannelSource } from './survey/channel-sources.ts'
import { surveyChannel } from './survey/survey-channel.ts'
import type { ExportSurvey, SurveyedChannel } from './survey/survey-export.ts'

export interface ImportDeps {
  readonly db: Db
  readonly transact: Transact
}

export interface SlackImport {
  readonly archive: Archive
  /** Of this archive: nothing is imported that was not checked before, from the first byte to the last. */
  readonly survey: ExportSurvey
  readonly workspaceId: WorkspaceId
  /** Of the workspace: stands in for creators of channels who are not known. */
  readonly ownerId: UserId
  /** Members of the workspace who join every channel when it is full. */
  readonly joining: readonly UserId[]
  readonly origin: Origin
  /** Called as messages are stored, with those of earlier runs. */
  readonly onMessages?: (done: number, total: number) => void
}

export interface ImportedChannelResult {
  readonly externalId: string
  readonly name: string
  readonly channelId: ChannelId
  /** `imported`: begun and finished by this run. `resumed`: finished by it. `already_imported`, `left_alone`: nothing was done. */
  readonly state: 'imported' | 'resumed' | 'already_imported' | 'left_alone'
  /** Stored by this run. */
  readonly messages: number
}

export interface ImportResult {
  readonly accountsMade: number
  readonly accountsFound: number
  readonly channels: readonly ImportedChannelResult[]
  /** What the survey could not know. */
  readonly notices: readonly Notice[]
}

/**
 * Fills a workspace from a Slack export: accounts, channels, messages. It may be stopped at any point and run again, and
 * run again when it has ended: what is in stays as it is, and what is missing follows.
 */
export async function importSlackExport({ transact, db }: ImportDeps, input: SlackImport): Promise<ImportResult> {
  const notices = new NoticeBook()
  const deps: FillDeps = { transact, origin: input.origin, workspaceId: input.workspaceId, notices }
  const { people } = input.survey
  const keyOf = (externalId: string) => people.keyOf({ kind: 'user', externalId })
  const { accounts, made } = await importPeople(deps, people.people)

  const opened = new Map<ChannelSource, OpenedChannel>()
  // All of them first: messages of one refer to others.
  for (const { source } of input.survey.channels) opened.set(source, await importChannel(deps, source, { accounts, keyOf, ownerId: input.ownerId }))

  const filling: Filling = { db, deps, input, accounts, names: namesOf(accounts, keyOf, opened), done: 0 }
  const channels: ImportedChannelResult[] = []
  for (const channel of input.survey.channels) {
    const target = opened.get(channel.source)
    if (target !== undefined) channels.push(await fillChannel(filling, channel, target))
  }
  return { accountsMade: made, accountsFound: accounts.size - made, channels, notices: notices.list() }
}

function namesOf(accounts: ReadonlyMap<string, Account>, keyOf: (externalId: string) => string, opened: ReadonlyMap<ChannelSource, OpenedChannel>): Names {
  const channels = new Map([...opened].map(([{ externalId, name }, { id }]) => [externalId, { id, name }]))
  return { userOf: (externalId) => accounts.get(keyOf(externalId)), channelOf: (externalId) => channels.get(externalId) }
}

interface Filling {
  readonly db: Db
  readonly deps: FillDeps
  readonly input: SlackImport
  readonly accounts: ReadonlyMap<string, Account>
  readonly names: Names
  /** Messages that are in, of all channels so far. */
  done: number
}

async function fillChannel(filling: Filling, channel: SurveyedChannel, { id, isNew }: OpenedChannel): Promise<ImportedChannelResult> {
  const { input, deps } = filling
  const { source } = channel
  const result = { externalId: source.externalId, name: source.name, channelId: id, messages: 0 }
  const state = await stateOf(filling, channel, id)
  if (state !== 'open') return { ...result, state }

  const plan = await surveyChannel({ archive: input.archive, people: input.survey.people, notices: new NoticeBook(), onFile: () => undefined }, source)
  const target = { ...deps, channelId: id, mapping: mappingOf(filling, id, plan) }
  for await (const chunk of inChunks(inOrder(input.archive, source, plan))) {
    result.messages += await fillChunk(target, chunk)
    filling.done += chunk.length
    input.onMessages?.(filling.done, input.survey.counts.messages)
  }
  await finishChannel(target, { isArchived: source.isArchived, newestUs: plan.newestUs, joining: input.joining })
  return { ...result, state: isNew ? 'imported' : 'resumed' }
}

/** Whether there is anything to do in the channel. */
async function stateOf({ db, deps: { notices }, input }: Filling, channel: SurveyedChannel, id: ChannelId): Promise<'open' | 'already_imported' | 'left_alone'> {
  const { source } = channel
  const progress = await progressOf.find(db, id)
  if (progress === undefined) {
    notices.note('channel_gone', source.name)
    return 'left_alone'
  }
  if (progress.fingerprint.equals(source.fingerprint)) return progress.finished_at === null ? 'open' : 'already_imported'
  notices.note('earlier_import_differs', source.name)
  if (channel.newestUs > progress.last_us) {
    let newer = 0
    const survey = { archive: input.archive, people: input.survey.people, notices: new NoticeBook(), onFile: () => undefined }
    await surveyChannel(survey, source, ({ us }) => (newer += us > progress.last_us ? 1 : 0))
    notices.note('newer_than_import', source.name, newer)
  }
  return 'left_alone'
}

function mappingOf({ input, accounts, names }: Filling, channelId: ChannelId, plan: MessageMapping['plan']): MessageMapping {
  const accountOfKey = (key: string) => {
    const account = accounts.get(key)
    // The archive has changed since it was surveyed.
    if (account === undefined) throw new Error('An author of the export was not there when it was checked')
    return account
  }
  return {
    channelId, names, plan,
    accountOf: (author) => accountOfKey(input.survey.people.keyOf(author)),
    accountOfKey: (key) => accountOfKey(key).id,
  }
}
