import { archiveTooLarge, quoted } from '../archive/archive.errors.ts'
import type { Archive } from '../archive/open-archive.ts'
import type { NoticeBook } from '../report/notices.ts'
import type { ReadMessage } from '../slack/read-message.ts'
import type { ChannelSource } from './channel-sources.ts'
import type { PeopleSurvey } from './people-survey.ts'
import { readDay } from './read-day.ts'
import { ThreadPlanner, type ThreadPlan } from './thread-plan.ts'

/** How the messages of a channel hang together, and in which of its files they are. */
export interface ChannelPlan extends ThreadPlan {
  /** For each file the earliest time in it and all that follow: what is older can be stored before it is read. */
  readonly earliestFrom: readonly number[]
}

export interface SurveyDeps {
  readonly archive: Archive
  readonly people: PeopleSurvey
  readonly notices: NoticeBook
  /** Called after each file. */
  readonly onFile: () => void
}

/** Reads all messages of a channel once, keeping only their times and threads. Throws `archive_refused` or `archive_too_large`. */
export async function surveyChannel(
  { archive, people, notices, onFile }: SurveyDeps,
  source: ChannelSource,
  look: (message: ReadMessage) => void = () => undefined,
): Promise<ChannelPlan> {
  const planner = new ThreadPlanner()
  const days: Day[] = []
  for (const file of source.files) {
    const day = { file, bytes: archive.sizeOf(file), oldestUs: Number.POSITIVE_INFINITY, newestUs: 0 }
    for await (const message of readDay(archive, file, notices)) {
      day.oldestUs = Math.min(day.oldestUs, message.us)
      day.newestUs = Math.max(day.newestUs, message.us)
      people.meetAuthor(message.author)
      if (planner.add(message, people.keyOf(message.author))) look(message)
      else notices.note('duplicate_message', `${file} ${message.us / 1_000_000}`)
    }
    days.push(day)
    onFile()
  }
  const earliestFrom = earliestFromEach(days)
  checkOverlap(source, days, earliestFrom)
  return { ...planner.plan(notices), earliestFrom }
}

interface Day {
  readonly file: string
  readonly bytes: number
  oldestUs: number
  newestUs: number
}

function earliestFromEach(days: readonly Day[]): number[] {
  const earliest: number[] = []
  let soFar = Number.POSITIVE_INFINITY
  for (const day of days.toReversed()) {
    soFar = Math.min(soFar, day.oldestUs)
    earliest.push(soFar)
  }
  return earliest.reverse()
}

/** A file holds a day, and days do not overlap: so a channel of any length is read in the memory of one day. */
const MAX_HELD_BYTES = 256 * 1024 ** 2

/** What must be held in memory at a time, because a later file has older messages, has a bound. */
function checkOverlap(source: ChannelSource, days: readonly Day[], earliestFrom: readonly number[]): void {
  let held: Day[] = []
  for (const [index, day] of days.entries()) {
    held = [...held.filter(({ newestUs }) => newestUs >= (earliestFrom[index] ?? 0)), day]
    const bytes = held.reduce((sum, one) => sum + one.bytes, 0)
    if (bytes <= MAX_HELD_BYTES) continue
    throw archiveTooLarge(`of the channel ${quoted(source.name)}, ${quoted(day.file)} and the files whose times it overlaps have more than ${MAX_HELD_BYTES} bytes`)
  }
}
