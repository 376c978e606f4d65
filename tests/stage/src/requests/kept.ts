import type { SavedMessage } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { PLACES } from '../cast.ts'
import { body, lists, type Attempt, type Case, type Operations } from './request.ts'

/** Years ahead of the clocks of all tests would be too far; nobody fires what is planned for then. */
const later = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
const isNamed = ({ object }: Attempt): boolean => object !== 'random' && object !== 'of another workspace'
const on = (name: string): Case => ({ request: (at) => (isNamed(at) ? { params: { message_id: at.thing(name) } } : {}) })
const publicly = (tried: Case): Case => ({ ...tried, place: 'public' })

/** What everybody of the workspace has made for themselves; others name what is not theirs. */
const own = (kind: string) => ({ scene, actor }: Attempt) => scene.find(`${kind} ${scene.nameOf(actor)}`) ?? scene.id(`${kind} PA`)
const others = (kind: string) => ({ scene }: Attempt) => scene.id(`${kind} TM`)
/** An object of one's own that is in a workspace: own, somebody else's, nobody's, and one's own under another workspace. */
function ofOneself(kind: string, param: string, sent?: object): Case & { cases: Record<string, Case> } {
  const about = (id: (at: Attempt) => string): Case => ({ request: (at) => ({ params: { [param]: id(at) }, ...(sent && { body: sent }) }) })
  return {
    ...about(own(kind)),
    cases: {
      own: about(own(kind)),
      "another's": { ...about(others(kind)), hides: param },
      'nobody\'s': { ...about(() => newId()), hides: param },
    },
  }
}

/** Pins, saved messages, drafts, scheduled messages and reminders. */
export const keptOperations: Operations = {
  listPins: { shows: lists(({ thing }) => thing('pinned')) },
  pinMessage: { ...on('message'), cases: { 'public, a pinned one': publicly(on('pinned')), 'public, a deleted one': publicly(on('gone')), 'public, in a locked thread': publicly(on('locked')) } },
  unpinMessage: { ...on('pinned'), cases: { 'public, one that is not pinned': publicly(on('message')) } },

  listSaved: {
    shows: ({ items }: { items: SavedMessage[] }, { thing }) => items.some(({ message }) => message?.id === thing('message')),
  },
  saveMessage: { ...on('root'), cases: { 'public, a saved one': publicly(on('message')), 'public, a deleted one': publicly(on('gone')) } },

  saveDraft: {
    request: body({ content: 'what I wanted to say' }),
    cases: {
      'private, made read-only': { place: 'private', channelIs: { posting: 'managers' } },
      'public, in a thread': { place: 'public', request: ({ thing }) => ({ body: { content: 'a reply', thread_id: thing('root') } }) },
      'public, in a thread of another channel': { place: 'public', request: ({ scene }) => ({ body: { content: 'a reply', thread_id: scene.id('message elsewhere') } }) },
    },
  },

  listScheduledMessages: { cases: { own: { shows: lists(own('scheduled')) }, "another's": { shows: lists(others('scheduled')) } } },
  createScheduledMessage: {
    request: ({ thing }) => ({ body: { channel_id: thing('channel'), content: 'later', send_at: later(2) } }),
    cases: {
      ...Object.fromEntries(PLACES.map((place) => [place, {}])),
      'a channel of another workspace': { request: ({ scene }) => ({ body: { channel_id: scene.id('channel of another workspace'), content: 'later', send_at: later(2) } }) },
      'nobody\'s channel': { request: () => ({ body: { channel_id: newId(), content: 'later', send_at: later(2) } }) },
    },
  },
  getScheduledMessage: ofOneself('scheduled', 'scheduled_message_id'),
  updateScheduledMessage: ofOneself('scheduled', 'scheduled_message_id', { content: 'later still' }),
  cancelScheduledMessage: ofOneself('scheduled', 'scheduled_message_id'),

  listReminders: { cases: { own: { shows: lists(own('reminder')) }, "another's": { shows: lists(others('reminder')) } } },
  createReminder: {
    request: ({ thing }) => ({ body: { message_id: thing('message'), remind_at: later(2) } }),
    cases: {
      'of nothing in particular': { request: () => ({ body: { content: 'lunch', remind_at: later(2) } }) },
      'a message of another workspace': { request: ({ scene }) => ({ body: { message_id: scene.id('message of another workspace'), remind_at: later(2) } }) },
      'nobody\'s message': { request: () => ({ body: { message_id: newId(), remind_at: later(2) } }) },
    },
  },
  getReminder: ofOneself('reminder', 'reminder_id'),
  updateReminder: ofOneself('reminder', 'reminder_id', { content: 'dinner' }),
  cancelReminder: ofOneself('reminder', 'reminder_id'),
}
