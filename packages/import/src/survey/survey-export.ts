import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import type { Archive } from '../archive/open-archive.ts'
import { NoticeBook, type Notice } from '../report/notices.ts'
import { layoutOf } from '../slack/export-layout.ts'
import { mapText, type Names } from '../slack/map-text.ts'
import { usableReactions } from '../slack/map-reactions.ts'
import type { ReadMessage } from '../slack/read-message.ts'
import { readChannelSources, type ChannelSource } from './channel-sources.ts'
import { surveyPeople, type PeopleSurvey } from './people-survey.ts'
import { surveyChannel } from './survey-channel.ts'

/** What an export holds. */
export interface ExportCounts {
  /** Entries of users.json. */
  users: number
  /** Others who wrote something: integrations, and people of other workspaces. */
  otherAuthors: number
  channels: number
  files: number
  messages: number
  /** Of the messages. */
  replies: number
  threads: number
  edited: number
  reactions: number
}

/** An export that has been read to the last byte and can be imported. */
export interface ExportSurvey {
  readonly people: PeopleSurvey
  readonly channels: readonly SurveyedChannel[]
  readonly counts: Readonly<ExportCounts>
  readonly notices: readonly Notice[]
}

export interface SurveyedChannel {
  readonly source: ChannelSource
  readonly messages: number
  readonly replies: number
  readonly oldestUs: number
  readonly newestUs: number
}

/** `done` of `total` files. */
export type OnFiles = (done: number, total: number) => void

/**
 * The first pass: reads every file to its end and checks all that will be used, and writes nothing anywhere.
 * Throws `archive_refused` or `archive_too_large`.
 */
export async function surveyExport(archive: Archive, onFiles: OnFiles = () => undefined): Promise<ExportSurvey> {
  const notices = new NoticeBook()
  const layout = layoutOf(archive, notices)
  const people = await surveyPeople(archive, layout, notices)
  const counts: ExportCounts = {
    users: people.people.size, otherAuthors: 0, channels: 0, files: archive.names.length, messages: 0, replies: 0, threads: 0, edited: 0, reactions: 0,
  }
  const sources = await readChannelSources(archive, { layout, people }, notices)
  const look = lookAt({ people, notices, counts, names: namesForSurvey(people, sources) })
  const total = sources.reduce((sum, { files }) => sum + files.length, 0)
  let done = 0
  const onFile = () => onFiles((done += 1), total)
  const channels: SurveyedChannel[] = []
  for (const source of sources) {
    const { messages, replies, threads, oldestUs, newestUs } = await surveyChannel({ archive, people, notices, onFile }, source, look)
    channels.push({ source, messages, replies, oldestUs, newestUs })
    counts.messages += messages
    counts.replies += replies
    counts.threads += threads
  }
  await checkTheRest(archive)
  people.noteUnknown()
  return {
    people, channels, notices: notices.list(),
    counts: { ...counts, channels: channels.length, otherAuthors: people.people.size - counts.users },
  }
}

/** Also what is not used: an archive with a broken or a poisoned part is not one to import from. */
async function checkTheRest(archive: Archive): Promise<void> {
  for (const name of archive.names.filter((one) => !archive.isChecked(one))) {
    for await (const _ of archive.read(name)) continue
  }
}

interface Looking {
  readonly people: PeopleSurvey
  readonly notices: NoticeBook
  readonly counts: ExportCounts
  readonly names: Names
}

/** Maps what will be mapped, for what there is to say of it; ids are looked up when there are any. */
function lookAt({ people, notices, counts, names }: Looking): (message: ReadMessage) => void {
  return (message) => {
    mapText(message.text, names, notices)
    if (message.editedUs !== undefined) counts.edited += 1
    for (const { users } of usableReactions(message.reactions, notices)) {
      counts.reactions += users.length
      for (const user of users) people.meetReactor(user)
    }
  }
}

function namesForSurvey(people: PeopleSurvey, sources: readonly ChannelSource[]): Names {
  const someone = newId<UserId>()
  const somewhere = newId<ChannelId>()
  const channels = new Map(sources.map(({ externalId, name }) => [externalId, name]))
  return {
    userOf(externalId) {
      // Who is not known yet may still turn out to have written something.
      people.meetMention(externalId)
      return { id: someone, name: externalId }
    },
    channelOf(externalId) {
      const name = channels.get(externalId)
      return name === undefined ? undefined : { id: somewhere, name }
    },
  }
}
