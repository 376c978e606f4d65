import { describe, expect, it } from '@jest/globals'
import { NoticeBook } from '../report/notices.ts'
import { readMessage } from './read-message.ts'
import { checkers, type SlackMessage } from './slack-objects.ts'
import { microsecondsOf } from './slack-time.ts'

const TS = '1494517568.512661'
const US = 1494517568512661

describe('readMessage', () => {
  it('reads what somebody wrote', () => {
    expect(read({ user: 'U1', text: 'hello' }).message).toEqual({
      us: US, threadUs: undefined, author: { kind: 'user', externalId: 'U1', name: '' }, kind: 'user', isDeleted: false, alsoInChannel: false, text: 'hello',
      editedUs: undefined, reactions: [], isPinned: false,
    })
  })

  it.each<[string, SlackRow, object]>([
    ['a reply', { thread_ts: '1494517500.000100' }, { threadUs: 1494517500000100 }],
    ['the first of a thread', { thread_ts: TS }, { threadUs: undefined }],
    ['a reply to the channel too', { subtype: 'thread_broadcast', thread_ts: '1494517500.000100' }, { alsoInChannel: true, kind: 'user' }],
    ['an edited one', { edited: { user: 'U1', ts: '1494517600.000000' } }, { editedUs: 1494517600000000 }],
    ['one whose edit is garbled', { edited: { ts: 'yesterday' } }, { editedUs: undefined }],
    ['what somebody does', { subtype: 'me_message', text: 'waves' }, { text: '_waves_', kind: 'user' }],
    ['a pinned one', { pinned_to: ['C1'] }, { isPinned: true }],
    ['somebody who joined', { subtype: 'channel_join', text: '<@U1> has joined the channel' }, { kind: 'system', author: { kind: 'user', externalId: 'U1' } }],
    ['a new topic', { subtype: 'channel_topic' }, { kind: 'system' }],
    ['a huddle', { subtype: 'huddle_thread' }, { kind: 'system' }],
    ['a deleted root', { subtype: 'tombstone', user: 'USLACKBOT', text: 'This message was deleted.' }, { isDeleted: true, text: '' }],
    ['the bot of an app', { bot_id: 'B1' }, { kind: 'bot', author: { kind: 'user', externalId: 'U1' } }],
    ['a comment on a file', { user: null, subtype: 'file_comment', comment: { user: 'U7' } }, { author: { kind: 'user', externalId: 'U7' } }],
    ['one of a kind from tomorrow', { subtype: 'hologram' }, { kind: 'user' }],
  ])('knows %s', (_, row, expected) => {
    expect(read({ user: 'U1', text: 'x', ...row }).message).toMatchObject(expected)
  })

  it.each<[string, SlackRow, object]>([
    ['an integration', { subtype: 'bot_message', bot_id: 'B1', username: 'deploys' }, { kind: 'bot', externalId: 'B1', name: 'deploys' }],
    ['an integration with a profile', { bot_id: 'B1', bot_profile: { name: 'CI' } }, { kind: 'bot', externalId: 'B1', name: 'CI' }],
    ['a name alone', { subtype: 'bot_message', username: 'old hook', user: '' }, { kind: 'bot', name: 'old hook' }],
    ['somebody of another workspace', { user: 'UX', user_profile: { real_name: 'Xola' } }, { kind: 'user', externalId: 'UX', name: 'Xola' }],
    ['nobody', {}, { kind: 'bot', externalId: 'unknown', name: 'unknown' }],
  ])('finds as the author %s', (_, row, author) => {
    expect(read({ text: 'x', ...row }).message?.author).toMatchObject(author)
  })

  it('gives one name one author, whatever is in it', () => {
    const name = 'héllo\u0000\ud800'.repeat(100)
    const one = read({ username: name, text: 'x' }).message?.author
    expect(one?.externalId).toMatch(/^name:[0-9a-f]{32}$/)
    expect(read({ username: name, text: 'y' }).message?.author).toEqual(one)
  })

  it.each<SlackRow>([{ subtype: 'message_changed' }, { subtype: 'message_deleted' }, { subtype: 'message_replied' }, { type: 'event' }])(
    'takes %j for no message, and says so', (row) => {
      const { message, notices } = read({ user: 'U1', text: 'x', ...row })
      expect(message).toBeUndefined()
      expect(notices).toMatchObject([{ reason: 'not_a_message', count: 1 }])
    })

  it('takes the words of attachments where there are no others', () => {
    const attachments = [{ pretext: 'Build', title: 'failed', text: '3 tests', fallback: 'x' }, { fallback: 'only this' }, null, 'odd', { text: 7 }]
    expect(read({ bot_id: 'B1', text: '', attachments })).toMatchObject({ message: { text: 'Build\nfailed\n3 tests\nonly this' }, notices: [{ reason: 'attachment_as_text' }] })
    expect(read({ user: 'U1', text: 'see', attachments })).toMatchObject({ message: { text: 'see' }, notices: [{ reason: 'attachment_not_taken', count: 5 }] })
    expect(read({ user: 'U1', text: ' ', attachments: {} })).toMatchObject({ message: { text: '' }, notices: [{ reason: 'no_text' }] })
  })

  it('counts files, which an export does not hold', () => {
    const { notices } = read({ user: 'U1', text: 'look', files: [{ name: 'a.png' }, { title: 'B' }, null, {}], file: { name: 'old.txt' } })
    expect(notices).toMatchObject([{ reason: 'file_not_taken', count: 5, examples: ['a.png', 'B', TS, 'old.txt'] }])
  })

  it('is not confused by names that objects have of their own', () => {
    const row: unknown = JSON.parse(`{"ts":"${TS}","text":"x","user_profile":{"__proto__":{"name":"evil"}},"__proto__":{"user":"UEVIL"},"constructor":"x"}`)
    expect(checkers.message.Check(row)).toBe(true)
    expect(readMessage(row as SlackMessage, US, new NoticeBook())?.author).toMatchObject({ externalId: 'unknown' })
  })
})

describe('microsecondsOf', () => {
  it.each([['1494517568.512661', US], ['1.000001', 1000001], ['0000000001.000000', 1000000]])('reads %s', (ts, us) => {
    expect(microsecondsOf(ts)).toBe(us)
  })

  it.each(['', '1494517568', '1494517568.5126', '-1.000000', '1e18', '9999999999.000000', '99999999999.000000', ' 1.000000', 'NaN'])('takes %j for no time that was', (ts) => {
    expect(microsecondsOf(ts)).toBeUndefined()
  })
})

type SlackRow = Partial<SlackMessage>

function read(row: SlackRow) {
  const notices = new NoticeBook()
  const message = readMessage({ type: 'message', ts: TS, ...row }, US, notices)
  return { message, notices: notices.list() }
}
