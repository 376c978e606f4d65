import { archiveRefused, quoted } from '../archive/archive.errors.ts'
import type { Archive } from '../archive/open-archive.ts'
import type { NoticeBook } from '../report/notices.ts'
import { readMessage, type ReadMessage } from '../slack/read-message.ts'
import { readObjects } from '../slack/read-objects.ts'
import { checkers } from '../slack/slack-objects.ts'
import { microsecondsOf } from '../slack/slack-time.ts'

/** The messages of one file, in its order. Throws `archive_refused`. */
export async function* readDay(archive: Archive, file: string, notices: NoticeBook): AsyncGenerator<ReadMessage, void, undefined> {
  for await (const { value: row, index } of readObjects(archive, file, checkers.message)) {
    const us = microsecondsOf(row.ts)
    if (us === undefined) throw archiveRefused(`${quoted(file)} has, as its element ${index + 1}, a message of a time that is yet to come`)
    const message = readMessage(row, us, notices)
    if (message !== undefined) yield message
  }
}
