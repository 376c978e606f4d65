import { expect, it } from '@jest/globals'
import type { ChatWork } from '@afrochat/chat'
import type { JobContext, JobHandlers } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { createHandlers } from './handlers.ts'

// @ts-expect-error a job without a handler does not compile
export const incomplete: JobHandlers = { fetchPreviews: async () => undefined }

const context: JobContext = { id: 'job-1', requestId: 'request-1', signal: new AbortController().signal }

it.each([[true, 1], [false, 0]])('pages are asked where previews are on (%s), also by jobs from before', async (previews, calls) => {
  const asked: unknown[] = []
  // The one part that this handler uses.
  const work = { fetchPreviews: async (input: unknown) => void asked.push(input) } as unknown as ChatWork
  const message_id = newId<MessageId>()
  await createHandlers({ work, previews, invites: undefined }).fetchPreviews({ message_id }, context)
  expect(asked).toEqual(Array.from({ length: calls }, () => ({ messageId: message_id, requestId: 'request-1' })))
})
