import type { Archive } from '../archive/open-archive.ts'
import { NoticeBook } from '../report/notices.ts'
import type { ReadMessage } from '../slack/read-message.ts'
import type { ChannelSource } from '../survey/channel-sources.ts'
import { readDay } from '../survey/read-day.ts'
import type { ChannelPlan } from '../survey/survey-channel.ts'

/**
 * The messages of a channel by their times, each time once, reading one file after the other: in memory is what a later
 * file might have to come before.
 */
export async function* inOrder(archive: Archive, source: ChannelSource, plan: ChannelPlan): AsyncGenerator<ReadMessage, void, undefined> {
  // The survey has noted everything.
  const notices = new NoticeBook()
  let held: ReadMessage[] = []
  let lastUs = -1
  for (const [index, file] of source.files.entries()) {
    for await (const message of readDay(archive, file, notices)) held.push(message)
    // Stable: of two messages of one time the first in the files comes first, each time anew.
    held.sort((one, other) => one.us - other.us)
    const earliestToCome = plan.earliestFrom[index + 1] ?? Number.POSITIVE_INFINITY
    const ready = held.findIndex(({ us }) => us >= earliestToCome)
    for (const message of ready < 0 ? held : held.slice(0, ready)) {
      if (message.us === lastUs) continue
      lastUs = message.us
      yield message
    }
    held = ready < 0 ? [] : held.slice(ready)
  }
}

/** An event of an import is stored with at most so many others: the shard's writers wait for a commit of this size. */
const MAX_MESSAGES = 100
const MAX_CHARACTERS = 1024 ** 2

/** Cuts into chunks that are small in number and in size. */
export async function* inChunks(messages: AsyncIterable<ReadMessage>): AsyncGenerator<ReadMessage[], void, undefined> {
  let chunk: ReadMessage[] = []
  let characters = 0
  for await (const message of messages) {
    if (chunk.length === MAX_MESSAGES || (chunk.length > 0 && characters + message.text.length > MAX_CHARACTERS)) {
      yield chunk
      chunk = []
      characters = 0
    }
    chunk.push(message)
    characters += message.text.length
  }
  if (chunk.length > 0) yield chunk
}
