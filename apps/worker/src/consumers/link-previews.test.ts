import { expect, it } from '@jest/globals'
import { newId, type UserId } from '@afrochat/kernel'
import type { ConsumedEvent } from '@afrochat/event-log'
import { toPreviewJobs } from './link-previews.ts'

const id = newId()

function anEvent(message: object | string, facts: Partial<ConsumedEvent['event']> = {}): ConsumedEvent {
  const payload = typeof message === 'string' ? message : JSON.stringify({ id, kind: 'user', content: 'https://example.com', ...message })
  return {
    key: 'previews-epoch-0-1',
    event: {
      shard: 0, pos: 1, stream_key: 'c:1', seq: 1, workspace_id: null, audience: 'all', type: 'message_sent', message_id: null, payload,
      actor_id: newId<UserId>(), request_id: 'request-1', imported: false, ...facts,
    },
  }
}

it('a message in which somebody wrote a link gives a job that is named after its event', () => {
  expect(toPreviewJobs([anEvent({})])).toEqual([{ job: 'fetchPreviews', id: 'previews-epoch-0-1', payload: { message_id: id }, requestId: 'request-1' }])
})

it.each([
  ['no link', anEvent({ content: 'hello' })], ['a link in code alone', anEvent({ content: '`https://example.com`' })], ['words that were blanked', anEvent({ content: '' })],
  ['been said by the system', anEvent({ kind: 'system' })], ['been changed by nobody: by previews', anEvent({}, { actor_id: null })],
  ['no text that could be read', anEvent({ content: null })], ['a payload that is no JSON', anEvent('{')], ['a payload that is no message', anEvent('null')],
])('one that has %s gives none, and does not stop those behind it', (_what, event) => {
  expect(toPreviewJobs([event, anEvent({})])).toHaveLength(1)
})
