import type { FollowedThread, Message, SentMessage } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { PLACES, type Place } from '../cast.ts'
import { body, type Attempt, type Case, type Operations } from './request.ts'

const EMOJI = { added: '🎉', there: '👍' }
/** The parameter is the message of this name, where the row is not about an id of nobody or of another workspace. */
const on = (name: string, sent?: object): Case => ({
  request: ({ thing, object }) => ({
    ...(object !== 'random' && object !== 'of another workspace' && { params: { message_id: thing(name) } }), ...(sent && { body: sent }),
  }),
})
/** Their own message of the place, by the part that they play: in the default channel nobody plays one who is not in it. */
const own = (place: Place, sent?: object): Case => ({
  place, request: ({ scene, actor, thing }) => ({ params: { message_id: scene.find(`own ${place} ${actor}`) ?? thing('message') }, ...(sent && { body: sent }) }),
})
const owns = (sent?: object) => Object.fromEntries(PLACES.map((place) => [`${place}, one's own`, own(place, sent)]))
const at = (place: Place, tried: Case): Case => ({ ...tried, place })
const say = (place: Place, extra: (attempt: Attempt) => object): Case => ({ place, request: (attempt) => ({ body: { content: 'hello', ...extra(attempt) } }) })
const mentionsAll = ({ mentions }: SentMessage) => mentions.channel !== null

/** Messages, threads and reactions. */
export const messageOperations: Operations = {
  sendMessage: {
    request: body({ content: 'hello' }),
    cases: {
      'public, a reply': say('public', ({ thing }) => ({ thread_id: thing('root') })),
      'private, a reply': say('private', ({ thing }) => ({ thread_id: thing('root') })),
      'dm, a reply': say('dm', ({ thing }) => ({ thread_id: thing('root') })),
      'public, a reply to a deleted message': say('public', ({ thing }) => ({ thread_id: thing('gone') })),
      'public, a reply to a message of another channel': say('public', ({ scene }) => ({ thread_id: scene.id('message elsewhere') })),
      'public, a reply in a locked thread': say('public', ({ thing }) => ({ thread_id: thing('locked') })),
      'public, for everybody': { ...say('public', () => ({ content: '@channel' })), shows: mentionsAll },
      'private, for everybody': { ...say('private', () => ({ content: '@here' })), shows: mentionsAll },
      'group dm, for everybody': { ...say('group dm', () => ({ content: '@everyone' })), shows: mentionsAll },
      'public, twice': { ...say('public', () => ({ client_msg_id: 'twice' })), isTwice: true },
      'public, again with other words': say('public', () => ({ content: 'sent twice', client_msg_id: 'once' })),
      'public, from a draft that was sent': say('public', () => ({ draft_id: newId() })),
      'dm, with somebody who left': { place: 'dm', request: ({ scene, ...attempt }) => ({ params: { channel_id: scene.find(`channel dm with EX`) ?? attempt.thing('channel') }, body: { content: 'hello' } }) },
    },
  },
  editMessage: { request: body({ content: 'other words' }), cases: { ...owns({ content: 'other words' }), 'public, a deleted one': at('public', on('gone', { content: 'other words' })) } },
  listRevisions: { shows: ({ items }: { items: object[] }) => items.length > 0, cases: { 'public, a deleted one': at('public', on('gone')) } },
  bulkDeleteMessages: { request: ({ thing }) => ({ body: { message_ids: [thing('message')] } }) },
  deleteMessage: { cases: { ...owns(), 'public, a deleted one': at('public', on('gone')) } },
  listReplies: on('root'),
  followThread: on('root'),
  unfollowThread: on('root'),
  markThreadRead: on('root', { seq: 1_000 }),
  markThreadUnread: on('root', { seq: 1 }),
  lockThread: on('root'),
  unlockThread: on('locked'),
  addReaction: {
    request: () => ({ params: { emoji: EMOJI.added } }),
    cases: {
      'public, a deleted one': { place: 'public', request: ({ thing }) => ({ params: { emoji: EMOJI.added, message_id: thing('gone') } }) },
      'public, in a locked thread': { place: 'public', request: ({ thing }) => ({ params: { emoji: EMOJI.added, message_id: thing('locked') } }) },
    },
  },
  removeReaction: { request: () => ({ params: { emoji: EMOJI.there } }) },
  listThreads: { shows: ({ items }: { items: FollowedThread[] }, { thing }) => items.some(({ root }) => root.id === thing('root')) },
  getMessage: { cases: { 'public, a deleted one': at('public', { ...on('gone'), shows: ({ content }: Message) => content !== '' }) } },
}
