import { createHash } from 'node:crypto'
import { archiveRefused, quoted } from '../archive/archive.errors.ts'
import type { Archive } from '../archive/open-archive.ts'
import type { NoticeBook } from '../report/notices.ts'
import type { ExportLayout } from '../slack/export-layout.ts'
import { plainText } from '../slack/map-text.ts'
import { readObjects } from '../slack/read-objects.ts'
import { checkers, textIn, type SlackChannel } from '../slack/slack-objects.ts'
import { dateOfSeconds } from '../slack/slack-time.ts'
import type { PeopleSurvey } from './people-survey.ts'

/** A channel of an export, and the files that its messages are in. */
export interface ChannelSource {
  readonly externalId: string
  readonly kind: 'public' | 'private'
  readonly name: string
  readonly topic: string
  readonly description: string
  /** Undefined: not said, or somebody who is not in users.json. */
  readonly creator: string | undefined
  readonly createdAt: Date | undefined
  readonly isArchived: boolean
  /** Those of users.json alone. */
  readonly members: readonly string[]
  /** Oldest day first. */
  readonly files: readonly string[]
  /** SHA-256 over names, sizes and checksums of the files: the same messages in another archive have the same. */
  readonly fingerprint: Buffer
}

/** Reads the lists of channels. Throws `archive_refused`. */
export async function readChannelSources(
  archive: Archive,
  { layout, people }: { layout: ExportLayout; people: PeopleSurvey },
  notices: NoticeBook,
): Promise<ChannelSource[]> {
  const sources: ChannelSource[] = []
  for (const { file, kind } of layout.channelLists) {
    for await (const { value: channel } of readObjects(archive, file, checkers.channel)) {
      const twin = sources.find(({ externalId, name }) => externalId === channel.id || name === channel.name)
      if (twin !== undefined) throw archiveRefused(`${quoted(file)} has a second channel of the name or id of ${quoted(twin.name)}`)
      const files = layout.days.get(channel.name) ?? layout.days.get(channel.id) ?? []
      sources.push(sourceOf(channel, { kind, files, fingerprint: fingerprintOf(archive, files) }, { people, notices }))
    }
  }
  await noteConversations(archive, layout, notices)
  noteStrayFolders(layout, sources, notices)
  return sources
}

function sourceOf(
  channel: SlackChannel,
  found: Pick<ChannelSource, 'kind' | 'files' | 'fingerprint'>,
  { people, notices }: { people: PeopleSurvey; notices: NoticeBook },
): ChannelSource {
  const isKnown = (externalId: string) => people.people.has(people.keyOf({ kind: 'user', externalId }))
  const labels = {
    userOf: (externalId: string) => people.people.get(people.keyOf({ kind: 'user', externalId }))?.account,
    channelOf: () => undefined,
  }
  const members = [...new Set(channel.members ?? [])]
  for (const stranger of members.filter((id) => !isKnown(id))) notices.note('member_unknown', stranger)
  return {
    ...found,
    externalId: channel.id,
    name: channel.name,
    topic: plainText(textIn(channel.topic, 'value'), labels),
    description: plainText(textIn(channel.purpose, 'value'), labels),
    creator: channel.creator && isKnown(channel.creator) ? channel.creator : undefined,
    createdAt: dateOfSeconds(channel.created),
    isArchived: channel.is_archived === true,
    members: members.filter(isKnown),
  }
}

function fingerprintOf(archive: Archive, files: readonly string[]): Buffer {
  const hash = createHash('sha256')
  // Without the folder that all of it may be in: packing it again changes nothing.
  for (const file of files) hash.update(`${archive.fingerprintOf(file).split('/').slice(-2).join('/')}\n`)
  return hash.digest()
}

async function noteConversations(archive: Archive, layout: ExportLayout, notices: NoticeBook): Promise<void> {
  for (const file of layout.conversationLists) {
    for await (const { value } of readObjects(archive, file, checkers.conversation)) notices.note('conversation_not_taken', value.name ?? value.id)
  }
}

/** Folders of direct conversations are named after their ids, or after the people. */
function noteStrayFolders(layout: ExportLayout, sources: readonly ChannelSource[], notices: NoticeBook): void {
  const used = new Set(sources.flatMap(({ files }) => files))
  for (const [folder, files] of layout.days) {
    if (!files.every((file) => used.has(file)) && layout.conversationLists.length === 0) notices.note('folder_without_channel', folder)
  }
}
